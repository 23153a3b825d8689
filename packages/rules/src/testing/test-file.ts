import type { Labels, Millis } from '@bellwether/promql';
import type { Node } from 'yaml';
import { Issues } from '../issues.ts';
import { RuleFileError } from '../rule-file-error.ts';
import { YamlDocument } from '../yaml/yaml-document.ts';
import { type Mapping, YamlReader } from '../yaml-mapping.ts';

/** A file of unit tests for rules, in the format of `promtool test rules`. */
export interface RuleTestFile {
  readonly file: string;
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: Millis;
  readonly groupEvalOrder: readonly string[];
  /** Values may differ by the last bit. */
  readonly fuzzyCompare: boolean;
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly name: string;
  /** Between two samples of the input. */
  readonly intervalMs: Millis;
  readonly startMs: Millis;
  readonly inputSeries: readonly { readonly series: string; readonly values: string }[];
  readonly alertTests: readonly AlertTest[];
  readonly exprTests: readonly ExprTest[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

export interface ExpectedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface AlertTest {
  readonly evalTimeMs: Millis;
  readonly alertname: string;
  readonly expected: readonly ExpectedAlert[];
}

interface ExpectedSample {
  readonly labels: string;
  readonly value: number;
  /** Where not empty, the value does not count. */
  readonly histogram: string;
}

interface ExprTest {
  readonly expr: string;
  readonly evalTimeMs: Millis;
  readonly expected: readonly ExpectedSample[];
}

const fileKeys = [
  'rule_files',
  'evaluation_interval',
  'group_eval_order',
  'fuzzy_compare',
  'tests',
];
const testKeys = [
  'name',
  'interval',
  'start_timestamp',
  'input_series',
  'alert_rule_test',
  'promql_expr_test',
  'external_labels',
  'external_url',
];

/**
 * Reads a file of unit tests, as strictly as promtool.
 * @throws RuleFileError with every issue
 */
export function parseRuleTestFile(text: string, options: { readonly file: string }): RuleTestFile {
  const issues = new Issues(options.file, text);
  const [document, second] = YamlDocument.readAll(text);
  issues.ofYaml(document);
  if (second !== undefined) issues.at(second.root, 'a test file is one document, not several');
  const yaml = new YamlReader(document, issues);
  const root =
    document.problems.length === 0
      ? yaml.mapping(document.root, fileKeys, 'a test file')
      : undefined;
  const file = root === undefined ? undefined : readFile(root, yaml, options.file);
  if (issues.found.length > 0 || file === undefined) throw new RuleFileError(issues.found);
  return file;
}

function readFile(root: Mapping, yaml: YamlReader, file: string): RuleTestFile {
  const texts = (key: string): string[] => root.list(key).map((node) => yaml.text(node, key, {}));
  const evaluationIntervalMs = root.duration('evaluation_interval') || 60_000;
  const groupEvalOrder = texts('group_eval_order');
  const repeated = groupEvalOrder.find((name, i) => groupEvalOrder.indexOf(name) < i);
  if (repeated !== undefined) {
    const message = `group name repeated in evaluation order: ${repeated}`;
    yaml.issues.at(root.at('group_eval_order'), message);
  }
  return {
    file,
    ruleFiles: texts('rule_files'),
    evaluationIntervalMs,
    groupEvalOrder,
    fuzzyCompare: root.flag('fuzzy_compare'),
    tests: each(root.list('tests'), yaml, testKeys, 'a test', (test, index) =>
      readTest(test, yaml, index, evaluationIntervalMs),
    ),
  };
}

function each<T>(
  nodes: readonly Node[],
  yaml: YamlReader,
  keys: readonly string[],
  what: string,
  read: (mapping: Mapping, index: number) => T,
): T[] {
  return nodes.flatMap((node, index) => {
    const mapping = yaml.mapping(node, keys, what);
    return mapping === undefined ? [] : [read(mapping, index)];
  });
}

function readTest(test: Mapping, yaml: YamlReader, index: number, evaluationMs: Millis): RuleTest {
  return {
    name: test.text('name') || `unnamed#${index}`,
    intervalMs: test.duration('interval') || evaluationMs,
    startMs: readStart(test, yaml),
    inputSeries: each(
      test.list('input_series'),
      yaml,
      ['series', 'values'],
      'a series',
      (series) => ({
        series: series.text('series'),
        values: series.text('values'),
      }),
    ),
    alertTests: each(
      test.list('alert_rule_test'),
      yaml,
      ['eval_time', 'alertname', 'exp_alerts'],
      'an alert_rule_test',
      (item) => readAlertTest(item, yaml),
    ),
    exprTests: each(
      test.list('promql_expr_test'),
      yaml,
      ['expr', 'eval_time', 'exp_samples'],
      'a promql_expr_test',
      (item) => readExprTest(item, yaml),
    ),
    externalLabels: textsOf(test, 'external_labels'),
    externalUrl: test.text('external_url'),
  };
}

function readStart(test: Mapping, yaml: YamlReader): Millis {
  const text = test.text('start_timestamp');
  if (text === '') return 0;
  const ms = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  const hint = 'write it like 2024-01-15T10:00:00Z, or as seconds since 1970';
  yaml.issues.at(
    test.at('start_timestamp'),
    `cannot parse "${text}" to a valid timestamp`,
    {},
    hint,
  );
  return 0;
}

const textsOf = (owner: Mapping, key: string): Labels =>
  Object.fromEntries(owner.texts(key).map(({ name, value }) => [name, value]));

function readAlertTest(item: Mapping, yaml: YamlReader): AlertTest {
  const alertname = item.text('alertname');
  if (alertname === '') {
    const message = 'an item under alert_rule_test misses required attribute alertname';
    yaml.issues.at(item.node, message);
  }
  return {
    evalTimeMs: item.duration('eval_time') ?? 0,
    alertname,
    expected: each(
      item.list('exp_alerts'),
      yaml,
      ['exp_labels', 'exp_annotations'],
      'an expected alert',
      (alert) => ({
        // Users leave out the label that every alert has.
        labels: { ...textsOf(alert, 'exp_labels'), alertname },
        annotations: textsOf(alert, 'exp_annotations'),
      }),
    ),
  };
}

function readExprTest(item: Mapping, yaml: YamlReader): ExprTest {
  return {
    expr: item.text('expr'),
    evalTimeMs: item.duration('eval_time') ?? 0,
    expected: each(
      item.list('exp_samples'),
      yaml,
      ['labels', 'value', 'histogram'],
      'an expected sample',
      (sample) => ({
        labels: sample.text('labels'),
        value: readValue(sample, yaml),
        histogram: sample.text('histogram'),
      }),
    ),
  };
}

function readValue(sample: Mapping, yaml: YamlReader): number {
  const text = sample.text('value');
  const special = /^([+-]?)\.?(inf|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = Number(text.replaceAll('_', ''));
  if (Number.isNaN(value))
    yaml.issues.at(sample.at('value'), `'value' must be a number, not ${text}`);
  return value;
}
