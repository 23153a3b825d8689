import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRuleFile } from './parse-rule-file.ts';
import { ruleName } from './rule.ts';
import { RuleFileError, type RuleFileIssue } from './rule-file-error.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');

const read = (text: string) => parseRuleFile(text, { file: 'rules.yml' });

function issuesOf(text: string): readonly RuleFileIssue[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof RuleFileError) return error.issues;
    throw error;
  }
  return [];
}

const group = (rules: string): string => `groups:\n  - name: g\n    rules:\n${rules}`;

describe('the rule files of the three documents', () => {
  it('reads the six alerts of document B', () => {
    const { groups } = read(fixture('../../../../examples/mail/rules/prometheus_rules.yml'));
    expect(groups.map((g) => [g.name, g.intervalMs])).toEqual([['ml_model_alerts', 30_000]]);
    expect(
      groups[0]!.rules.map((rule) => [ruleName(rule), rule.kind === 'alerting' && rule.forMs]),
    ).toEqual([
      ['HighErrorRate', 300_000],
      ['HighLatencyP95', 600_000],
      ['DataDriftDetected', 3_600_000],
      ['ConceptDriftDetected', 3_600_000],
      ['LowModelAccuracy', 1_800_000],
      ['HighLowConfidencePredictions', 3_600_000],
    ]);
  });

  it('reads the four alerts of document C', () => {
    const { groups } = read(fixture('document-c-alert-rules.yml'));
    expect(groups[0]!.name).toBe('MLOps Alerts');
    expect(groups[0]!.rules.map(ruleName)).toEqual([
      'HighCPUUsage',
      'GPUMemoryExceeded',
      'ModelInferenceLatency',
      'TrainingJobFailed',
    ]);
  });

  it('reads the PrometheusRule object of document A', () => {
    const { groups } = read(fixture('document-a-slo-rules.yml'));
    expect(groups.map((g) => [g.name, g.rules.length])).toEqual([
      ['mlops-deployment-slos', 9],
      ['mlops-pipeline-slos', 4],
    ]);
    expect(groups[0]!.rules.filter((rule) => rule.kind === 'recording')).toHaveLength(6);
  });
});

describe('what a rule file may say', () => {
  it('reads everything a group and its rules can have', () => {
    const file = read(`
groups:
  - name: all
    interval: 1m30s
    query_offset: 10s
    limit: 7
    labels: { team: ml, tier: a }
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels: { tier: b }
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1h
        annotations: { summary: "{{ $labels.job }} is down" }
`);
    expect(file).toEqual({
      file: 'rules.yml',
      groups: [
        {
          file: 'rules.yml',
          name: 'all',
          intervalMs: 90_000,
          queryOffsetMs: 10_000,
          limit: 7,
          labels: { team: 'ml', tier: 'a' },
          rules: [
            {
              kind: 'recording',
              record: 'job:up:sum',
              expr: 'sum by (job) (up)',
              labels: { team: 'ml', tier: 'b' },
              position: { line: 9, column: 9 },
            },
            {
              kind: 'alerting',
              alert: 'Down',
              expr: 'up == 0',
              forMs: 300_000,
              keepFiringForMs: 3_600_000,
              labels: { team: 'ml', tier: 'a' },
              annotations: { summary: '{{ $labels.job }} is down' },
              position: { line: 12, column: 9 },
            },
          ],
        },
      ],
    });
  });

  it('takes a number as an expression and a number or a flag as a label', () => {
    const { groups } = read(
      group('      - {alert: A, expr: 1, for: 0, labels: {a: 1.50, b: true, c: 0x10}}'),
    );
    expect(groups[0]!.rules[0]).toMatchObject({
      expr: '1',
      forMs: 0,
      labels: { a: '1.50', b: 'true', c: '0x10' },
    });
  });

  it('takes experimental functions where the engine has them', () => {
    const text = group('      - {record: a, expr: sort_by_label(up)}');
    expect(() => read(text)).toThrow('experimental');
    const features = { experimentalFunctions: true };
    expect(parseRuleFile(text, { file: 'f', features }).groups).toHaveLength(1);
  });

  it('follows anchors and merge keys', () => {
    const { groups } = read(`
groups:
  - name: g
    rules:
      - alert: A
        expr: up
        labels: &page { severity: page }
      - alert: B
        expr: up
        labels: *page
      - alert: C
        expr: up
        labels: { <<: *page, team: x }
`);
    expect(groups[0]!.rules.map((rule) => rule.labels)).toEqual([
      { severity: 'page' },
      { severity: 'page' },
      { severity: 'page', team: 'x' },
    ]);
  });

  // `promtool check rules` of Prometheus 2.42 takes it, and its API shows these annotations.
  it("merges several mappings, of which the rule's own keys win and then the first", () => {
    const { groups } = read(`
groups:
  - name: g
    rules:
      - alert: A
        expr: up
        annotations: &first { summary: first, room: 4.10 }
      - alert: B
        expr: up
        annotations: { own: x, <<: [*first, { summary: second, runbook: r }], room: 007 }
`);
    expect(groups[0]!.rules[1]).toMatchObject({
      annotations: { own: 'x', summary: 'first', runbook: 'r', room: '007' },
    });
  });

  it('binds an alias to the nearest anchor above it', () => {
    const { groups } = read(`
groups:
  - name: g
    rules:
      - { record: a, expr: up, labels: &l { v: one } }
      - { record: b, expr: up, labels: *l }
      - { record: c, expr: up, labels: &l { v: two } }
      - { record: d, expr: up, labels: *l }
`);
    expect(groups[0]!.rules.map(({ labels }) => labels['v'])).toEqual(['one', 'one', 'two', 'two']);
  });

  it('reads all documents of a stream, and an empty file as no rules', () => {
    const two = `${group('      - {record: a, expr: up}')}\n---\ngroups:\n  - name: h\n    rules: []\n`;
    expect(read(two).groups.map((g) => g.name)).toEqual(['g', 'h']);
    expect(read('').groups).toEqual([]);
    expect(read('# nothing yet\n').groups).toEqual([]);
  });
});

describe('what is wrong in a rule file', () => {
  it('may be an alias of itself, of nothing, or of too much, each at its line', () => {
    const bomb = [`x: &a0 [${'x, '.repeat(10)}]`];
    for (let i = 1; i < 10; i++) bomb.push(`x${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
    for (const [text, line, message] of [
      ['groups:\n  - &g {name: a, rules: [*g]}\n', 2, 'the anchor &g contains itself'],
      ['groups:\n\n  - *gone\n', 3, 'there is no anchor &gone above'],
      [bomb.join('\n'), 6, 'aliases stand for more than 400000 nodes up to here'],
    ] as const)
      expect(issuesOf(text)).toEqual([expect.objectContaining({ line, message })]);
  });

  it('is a merge key with something that has no keys', () => {
    expect(issuesOf('groups:\n  - <<: [1]\n    name: a\n')).toEqual([
      expect.objectContaining({ line: 2, message: 'a rule group: << merges mappings only' }),
    ]);
  });

  it('is all reported at once, in order, with line and column', () => {
    const issues = issuesOf(`groups:
  - name: g
    intervall: 30s
    rules:
      - alert: A
        record: a
        expr: up
      - record: b{}
        expr: up
        for: 5m
      - alert: C
        expr: ''
        for: 5 minutes
      - expr: up
  - name: g
    rules: []
`);
    expect(issues.map(({ line, column, rule, message }) => [line, column, rule, message])).toEqual([
      [3, 5, undefined, 'field intervall not found in a rule group'],
      [6, 17, 'A', "only one of 'record' and 'alert' must be set"],
      [8, 17, 'b{}', 'braces present in the recording rule name; should it be in expr?: b{}'],
      [10, 9, 'b{}', "invalid field 'for' in recording rule"],
      [12, 15, 'C', "field 'expr' must be set in rule"],
      [13, 14, 'C', 'not a valid duration string: "5 minutes"'],
      [14, 9, undefined, "one of 'record' or 'alert' must be set"],
      [15, 11, undefined, 'groupname: "g" is repeated in the same file'],
    ]);
  });

  it.each([
    ['on one line', '      - {alert: A, expr: up and )}', 4, 33],
    [
      'in a literal block',
      '      - alert: A\n        expr: |\n          up\n\n          and )\n',
      8,
      15,
    ],
    [
      'in a folded block',
      '      - alert: A\n        expr: >-\n          up\n          and )\n',
      7,
      15,
    ],
    ['in double quotes', '      - alert: A\n        expr: "x{a=\\"b\\"} and )"\n', 5, 31],
    ['in single quotes', "      - alert: A\n        expr: 'x{a=''b''} and )'\n", 5, 31],
    [
      'in a plain scalar of several lines',
      '      - alert: A\n        expr: up\n          and )\n',
      6,
      15,
    ],
  ])('is found inside an expression %s', (_, rules, line, column) => {
    const [issue] = issuesOf(group(rules));
    expect(issue).toMatchObject({ line, column, group: 'g', rule: 'A' });
    expect(issue?.message).toMatch(/^could not parse expression: /);
  });

  it('is found inside a template of a literal block', () => {
    const [issue] = issuesOf(
      group(`      - alert: A
        expr: up
        annotations:
          text: |
            first line
            {{ $label.job }}
`),
    );
    expect(issue).toMatchObject({ line: 9, column: 16, rule: 'A' });
    expect(issue?.message).toBe(
      'annotation "text": template: __alert_A:2: undefined variable "$label"',
    );
    expect(issue?.hint).toContain('$labels');
  });

  it('is a name that no label or series can have', () => {
    const rules = '      - {record: a b, expr: up, labels: {__name__: x, "a-b": y}}';
    expect(issuesOf(group(rules)).map((issue) => issue.message)).toEqual([
      'invalid label name: __name__',
    ]);
    expect(() => parseRuleFile(group(rules), { file: 'f', names: 'legacy' })).toThrow(
      /invalid recording rule name: a b[\s\S]*invalid label name: a-b/,
    );
  });

  it('is YAML that is none, and a key given twice', () => {
    expect(issuesOf('groups:\n  - name: "a\n')[0]).toMatchObject({ file: 'rules.yml' });
    expect(issuesOf('groups: []\ngroups: []\n')[0]).toMatchObject({ line: 2, column: 1 });
  });

  it('is an object of Kubernetes that holds no rules', () => {
    const [issue] = issuesOf('apiVersion: v1\nkind: ConfigMap\n');
    expect(issue).toMatchObject({
      line: 2,
      column: 7,
      message: 'cannot read rules from kind ConfigMap of v1',
    });
  });

  it('is one text with a line for each issue', () => {
    expect(() => read(group('      - {record: x, expr: ")"}'))).toThrow(
      /^rules\.yml:4:\d+: group "g", rule "x": could not parse expression/,
    );
  });
});
