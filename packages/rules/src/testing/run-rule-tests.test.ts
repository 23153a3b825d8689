import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFailure, type RuleTestReport, runRuleTests } from './run-rule-tests.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../testdata/${name}`, import.meta.url), 'utf8');

const run = (rules: string, tests: string): Promise<RuleTestReport> =>
  runRuleTests(
    { file: 'test.yml', text: `rule_files: [rules.yml]\nevaluation_interval: 1m\n${tests}` },
    { readRuleFile: () => rules },
  );

const failuresOf = (report: RuleTestReport): string[] =>
  report.tests.flatMap((test) => test.failures.map(describeFailure));

const rule = (text: string): string => `groups:\n  - name: g\n    rules:\n      - ${text}\n`;

describe("document B's alerts fire on the data they are for", () => {
  it('high error rate, after five minutes and no sooner', async () => {
    const report = await run(
      fixture('../../../../examples/mail/rules/prometheus_rules.yml'),
      `tests:
  - interval: 1m
    input_series:
      - { series: 'ml_requests_total{model_name="spam"}', values: "0+600x20" }
      - { series: 'ml_errors_total{model_name="spam"}', values: "0+60x20" }
    alert_rule_test:
      - { eval_time: 5m, alertname: HighErrorRate }
      - eval_time: 6m
        alertname: HighErrorRate
        exp_alerts:
          - exp_labels: { severity: critical, model: spam, model_name: spam }
            exp_annotations:
              summary: High error rate detected
              description: |
                Model spam error rate is 10%
                (threshold: 5%)
                RUNBOOK:
                  1. Check recent error logs: kubectl logs -l app=ml-service --since=10m | grep ERROR
                  2. Check model health: curl http://service/health
                  3. Check recent deployments: kubectl rollout history deployment/ml-service
                  4. If model OOM: kubectl scale --replicas=5 deployment/ml-service
                  5. If persistent: Rollback to previous version
`,
    );
    expect(failuresOf(report)).toEqual([]);
  });
});

describe('a test', () => {
  it('sees what its rules have written, group after group in the order it names', async () => {
    const rules = `groups:
  - { name: second, rules: [{ record: b, expr: a + 1 }] }
  - { name: first, rules: [{ record: a, expr: vector(1) }] }
`;
    const tests =
      'tests:\n  - promql_expr_test: [{ expr: b, eval_time: 0, exp_samples: [{ labels: b, value: 2 }] }]\n';
    expect(failuresOf(await run(rules, tests))).toHaveLength(1);
    expect(failuresOf(await run(rules, `group_eval_order: [first, second]\n${tests}`))).toEqual([]);
  });

  it('may start at any time, and have external labels', async () => {
    const report = await run(
      rule(
        '{ alert: A, expr: "vector(time()) >= 1700000060", annotations: { r: "{{ $externalLabels.region }}" } }',
      ),
      `tests:
  - start_timestamp: "2023-11-14T22:13:20Z"
    external_labels: { region: eu }
    alert_rule_test:
      - { eval_time: 0m, alertname: A }
      - { eval_time: 1m, alertname: A, exp_alerts: [{ exp_annotations: { r: eu } }] }
    promql_expr_test:
      - { expr: time(), eval_time: 1m, exp_samples: [{ value: 1700000060 }] }
`,
    );
    expect(failuresOf(report)).toEqual([]);
  });

  it('compares exactly, unless it says fuzzy', async () => {
    const tests =
      'tests:\n  - promql_expr_test: [{ expr: vector(0.1) + 0.2, eval_time: 0, exp_samples: [{ value: 0.3 }] }]\n';
    expect(failuresOf(await run('', tests))).toEqual([
      '    expr: "vector(0.1) + 0.2", time: 0s,\n        exp: {} 0.3\n        got: {} 0.30000000000000004',
    ]);
    expect(failuresOf(await run('', `fuzzy_compare: true\n${tests}`))).toEqual([]);
  });

  it('ends where a rule fails', async () => {
    const report = await run(
      rule('{ record: x, expr: "a / on () a" }'),
      `tests:
  - input_series: [{ series: 'a{i="1"}', values: 1 }, { series: 'a{i="2"}', values: 1 }]
    promql_expr_test: [{ expr: a, eval_time: 1m, exp_samples: [] }]
`,
    );
    expect(report.tests[0]?.failures).toMatchObject([{ kind: 'rule', subject: 'x', atMs: 0 }]);
  });

  it('with a series that is none says so', async () => {
    const report = await run(
      '',
      'tests:\n  - input_series: [{ series: "a{", values: "1" }, { series: a, values: z }]\n',
    );
    expect(report.passed).toBe(false);
    expect(report.tests[0]?.failures.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['test', 'a{'],
      ['test', 'a'],
    ]);
  });

  it('file with an unknown key or a repeated group is refused, with the place', async () => {
    await expect(run('', 'test: []\n')).rejects.toThrow(
      'test.yml:3:1: field test not found in a test file',
    );
    await expect(run('', 'group_eval_order: [a, a]\n')).rejects.toThrow('group name repeated');
    await expect(run('', 'tests: [{ alert_rule_test: [{ eval_time: 1m }] }]\n')).rejects.toThrow(
      'misses required attribute alertname',
    );
  });
});
