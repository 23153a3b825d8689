import {
  Engine,
  type EngineOptions,
  type FloatHistogram,
  formatDuration,
  type Labels,
  type Millis,
} from '@bellwether/promql';
import { engineQuery } from '../engine-query.ts';
import { evaluateGroup } from '../evaluate-group.ts';
import { type GroupState, initialGroupState } from '../group-state.ts';
import { parseRuleFile } from '../parse-rule-file.ts';
import type { QueryFunc, SeriesSample } from '../query.ts';
import { type RuleGroup, ruleName } from '../rule.ts';
import { sameAlerts, sameSamples, showAlerts, showSamples, type TestSample } from './compare.ts';
import { parseHistogram } from './histogram-notation.ts';
import { type NotedSample, parseSeries, parseValues } from './series-notation.ts';
import {
  type AlertTest,
  type ExpectedAlert,
  parseRuleTestFile,
  type RuleTest,
  type RuleTestFile,
} from './test-file.ts';
import { TestStorage } from './test-storage.ts';

/** Something that is not as a test expects it. */
export interface RuleTestFailure {
  /** `rule`: a rule failed to evaluate. `test`: the test itself cannot be run. */
  readonly kind: 'alert' | 'expr' | 'rule' | 'test';
  /** Of the alert or rule, or the expression. */
  readonly subject: string;
  /** After the start of the test. */
  readonly atMs: Millis;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
}

export interface RuleTestResult {
  readonly name: string;
  readonly failures: readonly RuleTestFailure[];
}

export interface RuleTestReport {
  readonly file: string;
  readonly passed: boolean;
  readonly tests: readonly RuleTestResult[];
}

export interface RunRuleTestsOptions {
  /** The text of a rule file named in `rule_files`; whoever runs the tests resolves patterns. */
  readonly readRuleFile: (path: string) => Promise<string> | string;
  /** How the engine is set up; the step of subqueries is the evaluation interval of the file. */
  readonly engine?: EngineOptions;
}

/**
 * Runs the unit tests of a file as `promtool test rules` does: the groups are evaluated over the
 * input series step by step, alerts are compared at their times, expressions at the end.
 *
 * @throws RuleFileError where the test file or a rule file cannot be read
 * Source: Prometheus, cmd/promtool/unittest.go and "Unit testing for rules".
 */
export async function runRuleTests(
  test: { readonly file: string; readonly text: string },
  options: RunRuleTestsOptions,
): Promise<RuleTestReport> {
  const file = parseRuleTestFile(test.text, test);
  const groups = await loadGroups(file, options);
  const engine = new Engine({ ...options.engine, subqueryStepMs: () => file.evaluationIntervalMs });
  const tests: RuleTestResult[] = [];
  for (const one of file.tests) {
    tests.push({ name: one.name, failures: await new TestRun(file, one, groups, engine).run() });
  }
  return { file: file.file, passed: tests.every((one) => one.failures.length === 0), tests };
}

async function loadGroups(file: RuleTestFile, options: RunRuleTestsOptions): Promise<RuleGroup[]> {
  const features = options.engine?.features ?? {};
  const groups: RuleGroup[] = [];
  for (const path of file.ruleFiles) {
    const text = await options.readRuleFile(path);
    groups.push(...parseRuleFile(text, { file: path, features }).groups);
  }
  const order = (group: RuleGroup): number => Math.max(file.groupEvalOrder.indexOf(group.name), 0);
  return groups.toSorted((a, b) => order(a) - order(b));
}

interface PendingSample {
  readonly labels: Labels;
  readonly at: Millis;
  readonly sample: Exclude<NotedSample, undefined>;
}

class TestRun {
  readonly #file: RuleTestFile;
  readonly #test: RuleTest;
  readonly #groups: readonly RuleGroup[];
  readonly #query: QueryFunc;
  readonly #storage = new TestStorage();
  readonly #failures: RuleTestFailure[] = [];
  #states: GroupState[];
  /** Input not yet due, the next at the end: a rule must not see the future. */
  #pending: PendingSample[] = [];

  constructor(file: RuleTestFile, test: RuleTest, groups: readonly RuleGroup[], engine: Engine) {
    this.#file = file;
    this.#test = test;
    this.#groups = groups;
    this.#query = engineQuery(engine, this.#storage);
    this.#states = groups.map((group) => initialGroupState(group));
  }

  async run(): Promise<readonly RuleTestFailure[]> {
    if (!this.#readInput()) return this.#failures;
    const { alertTests, exprTests, startMs } = this.#test;
    const every = this.#file.evaluationIntervalMs;
    const last = Math.max(0, ...[...alertTests, ...exprTests].map((one) => one.evalTimeMs));
    for (let offset = 0; offset <= last; offset += every) {
      this.#load(startMs + offset);
      if (!(await this.#evaluate(startMs + offset, offset))) return this.#failures;
      for (const one of alertTests) {
        if (one.evalTimeMs >= offset && one.evalTimeMs < offset + every) this.#checkAlerts(one);
      }
    }
    for (const one of exprTests) await this.#checkExpr(one);
    return this.#failures;
  }

  #fail(kind: RuleTestFailure['kind'], subject: string, atMs: Millis, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#failures.push({ kind, subject, atMs, message });
  }

  #readInput(): boolean {
    const { inputSeries, intervalMs, startMs } = this.#test;
    const samples: PendingSample[] = [];
    for (const { series, values } of inputSeries) {
      try {
        const labels = parseSeries(series);
        for (const [i, sample] of parseValues(values).entries()) {
          if (sample !== undefined) samples.push({ labels, at: startMs + i * intervalMs, sample });
        }
      } catch (error) {
        this.#fail('test', series, 0, error);
      }
    }
    this.#pending = samples.sort((a, b) => b.at - a.at);
    return this.#failures.length === 0;
  }

  #load(until: Millis): void {
    for (
      let next = this.#pending.at(-1);
      next !== undefined && next.at <= until;
      next = this.#pending.at(-1)
    ) {
      this.#storage.append(next.labels, next.at, next.sample);
      this.#pending.pop();
    }
  }

  async #evaluate(now: Millis, offset: Millis): Promise<boolean> {
    let healthy = true;
    for (const [index, group] of this.#groups.entries()) {
      const evaluation = await evaluateGroup(group, this.#states[index]!, {
        query: this.#query,
        write: (series) => this.#write(series),
        now,
        externalLabels: this.#test.externalLabels,
        externalUrl: this.#test.externalUrl,
      });
      this.#states[index] = evaluation.state;
      for (const { rule, lastError } of evaluation.rules) {
        if (lastError === undefined) continue;
        this.#fail('rule', ruleName(rule), offset, lastError);
        healthy = false;
      }
    }
    return healthy;
  }

  #write(series: readonly SeriesSample[]): void {
    for (const sample of series) {
      const isStale = 'stale' in sample;
      const value = isStale ? 'stale' : (sample.histogram ?? sample.value);
      const added = this.#storage.append(sample.labels, sample.at, value);
      // That a series goes on under another rule is no fault of the rule that has ended.
      if (!added && !isStale) throw new Error('duplicate sample for timestamp');
    }
  }

  #checkAlerts(test: AlertTest): void {
    const got: ExpectedAlert[] = [];
    for (const [index, group] of this.#groups.entries()) {
      for (const [i, rule] of group.rules.entries()) {
        if (rule.kind !== 'alerting' || rule.alert !== test.alertname) continue;
        const alerts = this.#states[index]?.rules[i]?.alerts.values() ?? [];
        got.push(...[...alerts].filter((alert) => alert.state === 'firing'));
      }
    }
    if (sameAlerts(test.expected, got)) return;
    this.#failures.push({
      kind: 'alert',
      subject: test.alertname,
      atMs: test.evalTimeMs,
      message: `alertname: ${test.alertname}, time: ${formatDuration(test.evalTimeMs)}`,
      expected: showAlerts(test.expected),
      got: showAlerts(got),
    });
  }

  async #checkExpr(test: RuleTest['exprTests'][number]): Promise<void> {
    try {
      const at = this.#test.startMs + test.evalTimeMs;
      const got: TestSample[] = (await this.#query(test.expr, at)).map((sample) => ({
        labels: sample.labels,
        value: sample.histogram ?? sample.value,
      }));
      const expected: TestSample[] = test.expected.map((sample) => ({
        labels: parseSeries(sample.labels),
        value: sample.histogram === '' ? sample.value : oneHistogram(sample.histogram),
      }));
      if (sameSamples(expected, got, this.#file.fuzzyCompare)) return;
      this.#failures.push({
        kind: 'expr',
        subject: test.expr,
        atMs: test.evalTimeMs,
        message: `expr: ${JSON.stringify(test.expr)}, time: ${formatDuration(test.evalTimeMs)}`,
        expected: showSamples(expected),
        got: showSamples(got),
      });
    } catch (error) {
      this.#fail('expr', test.expr, test.evalTimeMs, error);
    }
  }
}

function oneHistogram(text: string): FloatHistogram {
  const match = /^\s*\{\{([^}]*)\}\}\s*$/.exec(text);
  if (match === null) throw new Error(`expected a histogram in double braces, got ${text}`);
  return parseHistogram(match[1] ?? '');
}

/** A failure over several lines, as promtool prints it. */
export function describeFailure(failure: RuleTestFailure): string {
  if (failure.expected === undefined || failure.got === undefined) {
    const time = formatDuration(failure.atMs);
    return `    ${failure.kind}: ${failure.subject}, time: ${time}, err: ${failure.message}`;
  }
  return `    ${failure.message},\n        exp: ${failure.expected}\n        got: ${failure.got}`;
}
