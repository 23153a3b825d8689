import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkRules } from './check-rules.ts';
import { parseRuleFile } from './parse-rule-file.ts';

const check = (text: string) => checkRules(parseRuleFile(text, { file: 'f' }));
const ofExpr = (expr: string, annotation = '') =>
  check(
    `groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: ${JSON.stringify(expr)}\n        annotations: { text: ${JSON.stringify(annotation)} }\n`,
  ).map(({ code, message }) => [code, message]);

const fixture = (name: string) =>
  check(readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8'));

describe('two sides that never match are found', () => {
  it.each([
    ['x{a="1"} / x{a="2"}', 'the left side has a="1", the right side has a="2"'],
    [
      'rate(x_bucket{le="900"}[5m]) / rate(x_count[5m])',
      'the left side has le="900", the right side has no le',
    ],
    ['x{a="1"} > on (a) y{a="2"}', 'the left side has a="1", the right side has a="2"'],
    ['sum by (b) (x) and y{a="1"}', 'the left side has no a, the right side has a="1"'],
    ['sum without (a) (x) * y{a="1"}', 'the left side has no a, the right side has a="1"'],
    ['(x{a="1"} * 2) + abs(-y{a="2"})', 'the left side has a="1", the right side has a="2"'],
  ])('in %s', (expr, reason) => {
    expect(ofExpr(expr)).toEqual([['never-matches', expect.stringContaining(reason)]]);
  });

  it.each([
    'x{a="1"} / ignoring (a) x{a="2"}',
    'x{a="1"} / on (b) x{a="2"}',
    'sum(x{a="1"}) / sum(x{a="2"})',
    'x{a="1"} or x{a="2"}',
    'x{a="1"} unless x{a="2"}',
    'x{a="1"} / x{a=~"2"}',
    'label_replace(x{a="1"}, "a", "2", "", "") / x{a="2"}',
    'x{a="1"} / on () group_left vector(1)',
    'rate(x_bucket{le="900"}[5m]) / ignoring (le) rate(x_count[5m])',
    'histogram_quantile(0.9, x_bucket{le="1"}) > 2',
  ])('and %s is not accused', (expr) => {
    expect(ofExpr(expr)).toEqual([]);
  });
});

describe('a template that names a label which is never there is found', () => {
  it.each([
    ['sum by (job) (x) > 1', '{{ $labels.instance }}'],
    ['sum(x) > 1', '{{ .Labels.job }}'],
    ['sum without (job) (x) > 1', '{{ $labels.job | toUpper }}'],
    ['histogram_quantile(0.9, sum by (le) (x)) > 1', '{{ $labels.job }}'],
  ])('%s with %s', (expr, annotation) => {
    expect(ofExpr(expr, annotation)).toEqual([
      ['label-never-there', expect.stringMatching(/^"text" uses label (?:instance|job),/)],
    ]);
  });

  it.each([
    ['sum by (job) (x) > 1', '{{ $labels.job }}'],
    ['x > 1', '{{ $labels.instance }}'],
    ['sum by (a) (x) * on (a) group_left (job) y', '{{ $labels.job }}'],
    ['sum(x) > 1', '{{ range query "up" }}{{ .Labels.job }}{{ end }}'],
  ])('but not %s with %s', (expr, annotation) => {
    expect(ofExpr(expr, annotation)).toEqual([]);
  });
});

describe('rules given twice', () => {
  it('are found by name and labels, over all groups of a file', () => {
    const findings = check(`
groups:
  - name: a
    rules:
      - { record: x, expr: up }
      - { record: x, expr: up, labels: { l: "1" } }
  - name: b
    rules:
      - { record: x, expr: down }
      - { alert: x, expr: down }
`);
    expect(findings).toMatchObject([{ code: 'duplicate-rule', line: 9, group: 'b', rule: 'x' }]);
  });
});

describe('of the three documents', () => {
  it("A's deployment ratio is found to divide buckets by counts", () => {
    expect(fixture('document-a-slo-rules.yml')).toMatchObject([
      { code: 'never-matches', rule: 'slo:deployment_success_rate:ratio_rate5m', line: 13 },
    ]);
  });

  it('B and C have nothing to find', () => {
    expect(fixture('../../../../examples/mail/rules/prometheus_rules.yml')).toEqual([]);
    expect(fixture('document-c-alert-rules.yml')).toEqual([]);
  });
});
