import { parser as officialGrammar } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGE_FEATURES, type Expr, format, PromQLError, parse } from '../src/index.ts';
import { vectorExpr } from './arbitrary-expr.ts';

const options = { features: ALL_LANGUAGE_FEATURES };

/** A tree without its positions, with matchers in the order of their texts. */
function bare(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value) => {
      if (key === 'matchers') return value.map((one: unknown) => JSON.stringify(one)).sort();
      return key === 'start' || key === 'end' ? undefined : value;
    }),
  );
}

function errorsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PromQLError) return error.errors.map((problem) => problem.message);
    throw error;
  }
  return [];
}

function officialAccepts(text: string): boolean {
  let accepted = true;
  officialGrammar.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) accepted = false;
    },
  });
  return accepted;
}

describe('parser', () => {
  // Trees of operators: the precedence table of Prometheus' documentation.
  it.each([
    ['1 + 2 * 3', '1 + (2 * 3)'],
    ['a and b or c', '(a and b) or c'],
    ['2 ^ 3 ^ 2', '2 ^ (3 ^ 2)'],
    ['-a ^ 2', '-(a ^ 2)'],
    ['-a * b', '(-a) * b'],
    ['a - b - c', '(a - b) - c'],
    ['a == bool b + c', 'a == bool (b + c)'],
    ['a atan2 b % c', '(a atan2 b) % c'],
    ['a unless b and c', '(a unless b) and c'],
  ])('groups %s as %s', (text, grouped) => {
    const withoutParens = (expr: Expr): unknown =>
      JSON.parse(JSON.stringify(bare(expr)), (_, value) =>
        value?.kind === 'paren' ? value.expr : value,
      );
    expect(withoutParens(parse(text))).toEqual(withoutParens(parse(grouped)));
  });

  it.each([
    'sum{on="x"}',
    'offset',
    'by + without',
    'sum by (sum, by) (on_)',
    '{"my.metric", "label.name"=~"x"}',
    'start{}',
    'fill + fill(0) fill',
    'rate(a[5m] offset -1w @ 1.5)',
    'a # comment\n + b',
    'sum(a) without (b,)',
    ':node_memory_MemAvailable_bytes:sum',
    'sum(:a:b) / rate(:a:b{x="y"}[5m:1m]) - 1 + :c',
    'max_over_time(a[1m:]) - :b',
    'a / on (b:c) sum by (b:c) (d)',
    'a offset -(5m) + a offset --1m + a offset 0s offset 5m',
    'a{""="b"}',
    'a[5m # as long as five minutes\n]',
  ])('accepts %s', (text) => {
    expect(() => parse(text, options)).not.toThrow();
  });

  // Messages: prometheus/prometheus promql/parser/parse_test.go.
  it.each([
    ['', 'no expression found in input'],
    ['1 2', 'unexpected number "2"'],
    ['a{', 'unexpected end of input in label matching, expected identifier or "}"'],
    ['a{b}', 'unexpected "}" in label matching, expected label matching operator'],
    ['a{b="c" d="e"}', 'unexpected identifier "d" in label matching, expected "," or "}"'],
    ['sum(a) by', 'unexpected end of input in grouping opts, expected "("'],
    ['sum by (1) (a)', 'unexpected number "1" in grouping opts, expected label'],
    [
      'a offset',
      'unexpected end of input in offset, expected number, duration, step(), or range()',
    ],
    ['{}', 'vector selector must contain at least one non-empty matcher'],
    ['{a=""}', 'vector selector must contain at least one non-empty matcher'],
    ['1 and 1', 'set operator "and" not allowed in binary scalar expression'],
    ['1 == 1', 'comparisons between scalars must use BOOL modifier'],
    ['a + bool b', 'bool modifier can only be used on comparison operators'],
    ['"a" + 1', 'binary expression must contain only scalar and instant vector types'],
    ['rate(a)', 'expected type range vector in call to function "rate", got instant vector'],
    ['floor()', 'expected 1 argument(s) in call to "floor", got 0'],
    [
      '-a[5m]',
      'unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
    ],
    ['a and on (b) group_left c', 'set operations must always be many-to-many'],
    ['a + on (b) group_left (b) c', 'label "b" must not occur in ON and GROUP clause at once'],
    ['(a + b)[5m]', 'ranges only allowed for vector selectors'],
    ['a offset 1m offset 1m', 'offset may not be set multiple times'],
    ['a[0m]', 'duration must be greater than 0'],
    ['topk(a)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['sum()', 'no arguments for aggregate expression provided'],
    ['foo{__name__="bar"}', 'metric name must not be set twice: "foo" or "bar"'],
    [
      'mad_over_time(a[5m])',
      'mad_over_time() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    ['1m5', 'bad number or duration syntax: "1m5"'],
    ['1e309', 'error parsing number: value out of range: "1e309"'],
    ['0x8000000000000000', 'error parsing number: invalid syntax: "0x8000000000000000"'],
    ['atan2', 'unexpected <op:atan2>'],
    ['sum by (without) (a)', 'unexpected <without> in grouping opts, expected label'],
    ['a{__name__!="b"}', 'metric name must not be set twice: "a" or "b"'],
    ['a{__name__=~"b"}', 'metric name must not be set twice: "a" or "b"'],
    ['a[# how long?\n5m]', "unexpected character in duration expression: '#'"],
    ['a[inf]', 'duration out of range'],
    ['a offset -inf', 'duration out of range'],
    ['a[(5m)]', 'experimental duration expression is not enabled'],
  ])('says of %j: %s', (text, message) => {
    expect(errorsOf(text)).toContain(message);
  });

  it('collects all type errors with their positions', () => {
    expect(() => parse('rate(a) + floor(1)')).toThrowError(
      expect.objectContaining({
        errors: [
          expect.objectContaining({ start: 5, end: 6 }),
          expect.objectContaining({ start: 16, end: 17 }),
        ],
      }),
    );
  });

  it('writes positions as line:column', () => {
    expect(() => parse('a +\n  floor(1)')).toThrow(/^2:9: parse error: /);
  });

  it('suggests a function that is nearly the one asked for', () => {
    expect(errorsOf('ratte(a[5m])')[0]).toBe(
      'unknown function with name "ratte", did you mean "rate"?',
    );
  });

  it('refuses nesting that would exhaust the stack', () => {
    const deep = '('.repeat(100_000);
    expect(errorsOf(deep)[0]).toContain('nested');
    expect(errorsOf(`${'-'.repeat(100_000)}a`)[0]).toContain('nested');
  });
});

describe('printer', () => {
  it('prints what reads back as the same tree', () => {
    fc.assert(
      fc.property(vectorExpr, (text) => {
        const expr = parse(text, options);
        expect(bare(parse(format(expr), options))).toEqual(bare(expr));
        expect(bare(parse(format(expr, { pretty: true }), options))).toEqual(bare(expr));
      }),
      { numRuns: 2_000 },
    );
  });

  it('breaks a line by what is on it, not by how far it is indented', () => {
    const inner = `${'a'.repeat(90)}{b="${'c'.repeat(4)}"}`; // 100 characters.
    expect(format(parse(`sum(${inner})`), { pretty: true })).toBe(`sum(\n  ${inner}\n)`);
    const call = `abs(${'a'.repeat(95)})`;
    expect(format(parse(`sum(${call})`), { pretty: true })).toBe(`sum(\n  ${call}\n)`);
  });

  // Expected texts: promql/parser/printer_test.go, and Prometheus 3.14 asked.
  it.each([
    ['sum by() (task:errors:rate10s{job="s"})', 'sum(task:errors:rate10s{job="s"})'],
    ['sum(a) without (b)', 'sum without (b) (a)'],
    ['a[5m]@1', 'a[5m] @ 1.000'],
    ['a offset 1h', 'a offset 1h'],
    ['a - ON() group_left c', 'a - on () group_left () c'],
    ['b>bool c', 'b > bool c'],
    ['{__name__="metric",foo="bar"}', '{__name__="metric",foo="bar"}'],
    ['a[5m:1m] offset 2m', 'a[5m:1m] offset 2m'],
    ['{"metric name"}', '{"metric name"}'],
    ['1e3', '1000'],
    ['1e-9', '0.000000001'],
    ['1e22', '10000000000000000000000'],
    ['a{x="1",b!="2",b=~"c"}', 'a{b!="2",b=~"c",x="1"}'],
    ['a offset 0s', 'a'],
    ['rate(:a:b[5m])', 'rate(:a:b[5m])'],
  ])('prints %s as %s', (text, printed) => {
    expect(format(parse(text, options))).toBe(printed);
  });
});

describe('the official grammar', () => {
  it('accepts whatever we accept of generated expressions', () => {
    fc.assert(
      fc.property(vectorExpr, (text) => officialAccepts(format(parse(text, options)))),
      { numRuns: 1_000 },
    );
  });

  it('refuses what we refuse for its form', () => {
    for (const text of ['a{', 'a[', 'sum(', 'a +', 'a offset', '1 2', 'a by (b)'])
      expect([text, officialAccepts(text), errorsOf(text).length > 0]).toEqual([text, false, true]);
  });
});
