import { describe, expect, it } from 'vitest';
import { arraySource, Engine, format, PromQLError, parse } from '../src/index.ts';

const limits = { depth: 10, length: 200, operands: 8, labels: 3 };

function refusalOf(text: string, given: Parameters<typeof parse>[1] = { limits }): string {
  try {
    parse(text, given);
  } catch (error) {
    if (error instanceof PromQLError && error.code === 'parse') return error.message;
    throw error;
  }
  return 'taken';
}

describe('an expression that is too large', () => {
  it.each([
    ['nesting', '('.repeat(20), 'expression is nested more than 10 levels deep'],
    ['signs', `${'-'.repeat(20)}up`, 'expression is nested more than 10 levels deep'],
    ['ranges in a row', `up${'[5m:]'.repeat(20)}`, 'expression is nested more than 10 levels deep'],
    ['length', 'u'.repeat(201), 'expression has 201 characters, more than the limit of 200'],
    ['operands', Array(9).fill('1').join(' + '), 'expression has more than 8 operands'],
    ['arguments', `max_of(${Array(9).fill('1')})`, 'expression has more than 8 operands'],
    ['grouping', 'sum by (a, b, c, d) (up)', 'list has more than 3 labels'],
    ['matching', 'up / on (a, b, c, d) up', 'list has more than 3 labels'],
    ['included labels', 'up / on () group_left (a, b, c, d) up', 'list has more than 3 labels'],
    ['matchers', '{a="", b="", c="", d=""}', 'list has more than 3 matchers'],
  ])('is refused for its %s', (_, text, reason) => {
    expect(refusalOf(text)).toContain(reason);
  });

  it('is refused for a row of durations that is too long', () => {
    const features = { durationExpressions: true };
    expect(refusalOf(`up[${Array(20).fill('1m').join(' + ')}]`, { limits, features })).toContain(
      'expression is nested more than 10 levels deep',
    );
  });

  it('is taken where it is just within its limits', () => {
    expect(refusalOf(Array(8).fill('1').join(' + '))).toBe('taken');
    expect(refusalOf('sum by (a, b, c) (up)')).toBe('taken');
  });

  it('is refused for a regular expression that would take an automaton of its size', () => {
    expect(refusalOf(`up{a=~"${'(a|b)'.repeat(20_000)}"}`, {})).toContain(
      'regular expression has 100000 characters, more than the limit of 50000',
    );
    expect(refusalOf(`up{a=~"${'node-17|'.repeat(20_000)}node"}`, {})).toBe('taken');
  });
});

describe('what is told of a refused expression', () => {
  it('is some of many problems, and how many more there are', () => {
    const lines = refusalOf(Array(100).fill('nope()').join(' + '), {}).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('… and 80 more problems');
  });

  it('is no longer than it can be read', () => {
    expect(refusalOf(`${'n'.repeat(500_000)}()`, {}).length).toBeLessThan(2_000);
  });
});

describe('a row of thousands of operators', () => {
  const row = (operand: string): string => Array(4_000).fill(operand).join(' + ');
  const up = { labels: { __name__: 'up' }, times: Float64Array.of(0), values: Float64Array.of(1) };
  const source = arraySource([up]);

  it('is added up, of numbers as of series', async () => {
    const engine = new Engine();
    expect((await engine.instant(source, row('1'), 0)).value).toMatchObject({ value: 4_000 });
    const { value } = await engine.instant(source, row('up'), 0);
    expect(value).toMatchObject({ samples: [{ value: 4_000 }] });
    const range = { start: 0, end: 60_000, step: 30_000 };
    const { value: matrix } = await engine.range(source, row('up'), range);
    expect(matrix).toMatchObject({ series: [{ values: Float64Array.of(4_000, 4_000, 4_000) }] });
  });

  it('is printed on one line and over many', () => {
    const expr = parse(row('up'));
    expect(format(expr)).toBe(row('up'));
    const pretty = format(expr, { pretty: true });
    expect(format(parse(pretty, { limits: { length: pretty.length } }))).toBe(row('up'));
  });
});
