import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runRuleTests } from './run-rule-tests.ts';

/** Of Prometheus; the machine has it or not. */
const tool = 'promtool';

const version = ((): string | undefined => {
  try {
    return /version (\S+)/.exec(execFileSync(tool, ['--version'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined;
  }
})();

/** Up to version 2 a sample was still seen exactly five minutes after its time. */
const lookbackMs = version?.startsWith('2.') ? 300_001 : 300_000;

const minutes = 26;

const alert = fc.record(
  {
    expr: fc.constantFrom('x > 0', 'x == 1', 'sum by (i) (x) > 1', 'x > 0 or y > 0', 'rec > 1'),
    for: fc.constantFrom('0s', '1m', '2m', '150s'),
    keep_firing_for: fc.constantFrom('1m', '2m', '5m', '90s'),
    labels: fc.record({
      sev: fc.constantFrom(
        'a',
        '{{ $labels.i }}',
        '{{ if gt $value 1.0 }}high{{ else }}low{{ end }}',
      ),
    }),
  },
  { requiredKeys: ['expr', 'labels'] },
);
const values = fc
  .array(fc.constantFrom('0', '1', '2', '1', '_', 'stale'), { minLength: 20, maxLength: 20 })
  .map((samples) => samples.join(' '));
const scenario = fc.record({
  alerts: fc.array(alert, { minLength: 3, maxLength: 3 }),
  values: fc.tuple(values, values, values),
  interval: fc.constantFrom('1m', '45s'),
  every: fc.constantFrom('1m', '30s', '2m'),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** The files of a scenario. Every test expects what never is, so that all that fires is printed. */
function filesOf({ alerts, values: [x1, x2, y], interval, every }: Scenario): {
  rules: string;
  tests: string;
} {
  const rules = alerts.map((one, i) => ({
    ...one,
    alert: `A${i}`,
    annotations: { text: '{{ $value }} of {{ $labels.i }}' },
  }));
  const recording = { record: 'rec', expr: 'x + 0', labels: { r: '1' } };
  const times = Array.from({ length: minutes }, (_, i) => `${i}m`);
  return {
    rules: JSON.stringify({ groups: [{ name: 'g', rules: [recording, ...rules] }] }),
    tests: JSON.stringify({
      rule_files: ['rules.yml'],
      evaluation_interval: every,
      tests: [
        {
          interval,
          input_series: [
            { series: 'x{i="1"}', values: x1 },
            { series: 'x{i="2"}', values: x2 },
            { series: 'y{i="1"}', values: y },
          ],
          alert_rule_test: times.flatMap((eval_time) =>
            rules.map(({ alert: alertname }) => ({
              eval_time,
              alertname,
              exp_alerts: [{ exp_labels: { never: 'there' } }],
            })),
          ),
        },
      ],
    }),
  };
}

/** The alerts printed, each on one line, sorted. */
const alertsIn = (text: string): string[] =>
  [...text.matchAll(/Labels:(\{.*\})\s*Annotations:(\{.*\})/g)]
    .map(([, labels = '', annotations = '']) => (labels + annotations).replaceAll(', ', ','))
    .sort();

function promtool({ rules, tests }: { rules: string; tests: string }): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-promtool-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), rules);
    writeFileSync(join(folder, 'tests.yml'), tests);
    execFileSync(tool, ['test', 'rules', join(folder, 'tests.yml')], { stdio: 'pipe' });
    throw new Error('promtool found nothing, though every test expects what is not');
  } catch (error) {
    const output =
      String((error as { stdout?: unknown }).stdout) +
      String((error as { stderr?: unknown }).stderr);
    const blocks = output.matchAll(/got:(\[[\s\S]*?)(?=\n {4}alertname|$)/g);
    return [...blocks].map(([, got = '']) => alertsIn(got));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(version === undefined)(`promtool ${version} and we`, () => {
  it('see the same alerts fire, whatever the rules and the data', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        const files = filesOf(one);
        const report = await runRuleTests(
          { file: 'tests.yml', text: files.tests },
          { readRuleFile: () => files.rules, engine: { lookbackMs } },
        );
        const ours = report.tests[0]?.failures.map((failure) => alertsIn(failure.got ?? ''));
        expect(ours).toHaveLength(minutes * 3);
        expect(ours).toEqual(promtool(files));
      }),
      { numRuns: 40 },
    );
  });
});
