import {
  type LanguageFeatures,
  PromQLError,
  parse as parseExpr,
  setLabel,
} from '@bellwether/promql';
import { TemplateError } from '@bellwether/template';
import type { Node } from 'yaml';
import { compileAlertTemplate } from './alert-templates.ts';
import { type Context, Issues } from './issues.ts';
import { isLabelName, isMetricName, type NameValidation } from './names.ts';
import type { Rule, RuleFile, RuleGroup } from './rule.ts';
import { RuleFileError } from './rule-file-error.ts';
import { isNullNode, YamlDocument } from './yaml/yaml-document.ts';
import { type Mapping, YamlReader } from './yaml-mapping.ts';

export interface ParseRuleFileOptions {
  /** Name of the file, for messages and as part of each group's identity. */
  readonly file: string;
  /** Which names are valid: any UTF-8 as since Prometheus 3 (default), or only `[a-zA-Z_][a-zA-Z0-9_]*`. */
  readonly names?: NameValidation;
  /** Parts of PromQL that are off unless named, as those of the engine that will run the rules. */
  readonly features?: LanguageFeatures;
}

const groupKeys = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules'] as const;
const ruleKeys = [
  'record',
  'alert',
  'expr',
  'for',
  'keep_firing_for',
  'labels',
  'annotations',
] as const;

/**
 * Reads a rule file of Prometheus, or PrometheusRule objects of Kubernetes, one or more documents.
 * As strict as `promtool check rules`: unknown keys, names repeated and templates that cannot be
 * read are errors.
 *
 * @throws RuleFileError with every issue of the file, each with line and column
 */
export function parseRuleFile(text: string, options: ParseRuleFileOptions): RuleFile {
  const issues = new Issues(options.file, text);
  const groups: RuleGroup[] = [];
  for (const document of YamlDocument.readAll(text)) {
    issues.ofYaml(document);
    if (document.root === null) continue;
    new RuleFileReader(new YamlReader(document, issues), options, groups).readDocument(
      document.root,
    );
  }
  if (issues.found.length > 0) throw new RuleFileError(issues.found);
  return { file: options.file, groups };
}

class RuleFileReader {
  readonly #yaml: YamlReader;
  readonly #issues: Issues;
  readonly #options: ParseRuleFileOptions;
  readonly #groups: RuleGroup[];

  constructor(yaml: YamlReader, options: ParseRuleFileOptions, groups: RuleGroup[]) {
    this.#yaml = yaml;
    this.#issues = yaml.issues;
    this.#options = options;
    this.#groups = groups;
  }

  readDocument(contents: Node): void {
    if (isNullNode(contents)) return;
    const entries = this.#yaml.entries(contents, 'a rule file', {});
    if (entries === undefined) return;
    if (entries.has('apiVersion') || entries.has('kind')) this.#readKubernetes(contents);
    else this.#readGroups(this.#yaml.mapping(contents, ['groups'], 'a rule file'), groupKeys);
  }

  #readKubernetes(contents: Node): void {
    const object = this.#yaml.mapping(
      contents,
      ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
      'a PrometheusRule',
    );
    if (object === undefined) return;
    const kind = object.text('kind');
    const version = object.text('apiVersion');
    if (kind !== 'PrometheusRule' || !version.startsWith('monitoring.coreos.com/')) {
      this.#issues.at(
        object.at('kind'),
        `cannot read rules from kind ${kind || '(none)'} of ${version || 'no apiVersion'}`,
        {},
        'rules are in kind: PrometheusRule, apiVersion: monitoring.coreos.com/v1',
      );
      return;
    }
    // Thanos' key is part of the Kubernetes object; it has no meaning where there is one server.
    this.#readGroups(object.mapping('spec', ['groups']), [
      ...groupKeys,
      'partial_response_strategy',
    ]);
  }

  #readGroups(root: Mapping | undefined, keys: readonly string[]): void {
    if (root === undefined) return;
    for (const node of root.list('groups')) {
      const group = this.#yaml.mapping(node, keys, 'a rule group');
      if (group !== undefined) this.#readGroup(group, node);
    }
  }

  #readGroup(group: Mapping, node: Node): void {
    const name = group.text('name');
    const context: Context = { group: name };
    if (name === '') this.#issues.at(node, 'Groupname must not be empty', {}, 'add "name: …"');
    else if (this.#groups.some((other) => other.name === name)) {
      const message = `groupname: "${name}" is repeated in the same file`;
      this.#issues.at(group.at('name'), message, context, 'give each group its own name');
    }
    const intervalMs = group.duration('interval', context);
    const queryOffsetMs = group.duration('query_offset', context);
    const limit = group.count('limit');
    const labels = this.#labels(group, context);
    const rules = group
      .list('rules')
      .map((rule) => this.#readRule(rule, labels, context))
      .filter((rule) => rule !== undefined);
    this.#groups.push({
      file: this.#options.file,
      name,
      ...(intervalMs === undefined || intervalMs === 0 ? {} : { intervalMs }),
      ...(limit === undefined ? {} : { limit }),
      ...(queryOffsetMs === undefined ? {} : { queryOffsetMs }),
      ...(group.has('labels') ? { labels } : {}),
      rules,
    });
  }

  #readRule(node: Node, groupLabels: Record<string, string>, group: Context): Rule | undefined {
    const rule = this.#yaml.mapping(node, ruleKeys, 'a rule', group);
    if (rule === undefined) return undefined;
    const record = rule.text('record');
    const alert = rule.text('alert');
    const context: Context =
      record === '' && alert === '' ? group : { ...group, rule: alert || record };
    if (record !== '' && alert !== '') {
      this.#issues.at(
        rule.at('record'),
        "only one of 'record' and 'alert' must be set",
        context,
        'make it two rules',
      );
    }
    if (record === '' && alert === '') {
      this.#issues.at(
        node,
        "one of 'record' or 'alert' must be set",
        context,
        'name the series to record or the alert',
      );
    }
    const expr = this.#expr(rule, context);
    const forMs = rule.duration('for', context) ?? 0;
    const keepFiringForMs = rule.duration('keep_firing_for', context) ?? 0;
    const labels = { ...groupLabels, ...this.#labels(rule, context) };
    const annotations = this.#annotations(rule, context);
    const position = this.#issues.position(node);
    if (alert !== '') {
      this.#checkTemplates(rule, alert, context);
      return {
        kind: 'alerting',
        alert,
        expr,
        forMs,
        keepFiringForMs,
        labels,
        annotations,
        position,
      };
    }
    this.#checkRecording(rule, record, { forMs, keepFiringForMs }, context);
    return { kind: 'recording', record, expr, labels, position };
  }

  #expr(rule: Mapping, context: Context): string {
    const expr = rule.text('expr', context);
    if (expr.trim() === '') {
      this.#issues.at(
        rule.at('expr'),
        "field 'expr' must be set in rule",
        context,
        'add the PromQL expression',
      );
      return expr;
    }
    try {
      parseExpr(expr, { features: this.#options.features ?? {} });
    } catch (error) {
      if (!(error instanceof PromQLError)) throw error;
      for (const problem of error.errors) {
        const message = `could not parse expression: ${problem.message}`;
        this.#issues.inside(rule.at('expr'), problem.start, message, context);
      }
    }
    return expr;
  }

  #checkRecording(
    rule: Mapping,
    record: string,
    times: { forMs: number; keepFiringForMs: number },
    context: Context,
  ): void {
    if (record === '') return;
    const forbidden = {
      annotations: rule.texts('annotations', context).length > 0,
      for: times.forMs !== 0,
      keep_firing_for: times.keepFiringForMs !== 0,
    };
    for (const [key, used] of Object.entries(forbidden)) {
      if (!used) continue;
      const hint = 'only alerting rules have it';
      this.#issues.at(rule.keyNode(key), `invalid field '${key}' in recording rule`, context, hint);
    }
    if (/[{}]/.test(record)) {
      const message = `braces present in the recording rule name; should it be in expr?: ${record}`;
      this.#issues.at(rule.at('record'), message, context);
    } else if (!isMetricName(record, this.#options.names)) {
      this.#issues.at(rule.at('record'), `invalid recording rule name: ${record}`, context);
    }
  }

  #labels(owner: Mapping, context: Context): Record<string, string> {
    const labels: Record<string, string> = {};
    for (const { name, value, key } of owner.texts('labels', context)) {
      if (name === '__name__' || !isLabelName(name, this.#options.names)) {
        this.#issues.at(key, `invalid label name: ${name}`, context);
      }
      setLabel(labels, name, value);
    }
    return labels;
  }

  #annotations(rule: Mapping, context: Context): Record<string, string> {
    const annotations: Record<string, string> = {};
    for (const { name, value, key } of rule.texts('annotations', context)) {
      if (!isLabelName(name, this.#options.names)) {
        this.#issues.at(key, `invalid annotation name: ${name}`, context);
      }
      setLabel(annotations, name, value);
    }
    return annotations;
  }

  #checkTemplates(rule: Mapping, alert: string, context: Context): void {
    for (const [kind, key] of [
      ['label', 'labels'],
      ['annotation', 'annotations'],
    ] as const) {
      for (const { name, value, node } of rule.texts(key, context)) {
        try {
          compileAlertTemplate(alert, value);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          const message = `${kind} "${name}": ${error.message}`;
          const offset = offsetOf(value, error.line, error.column);
          this.#issues.inside(node, offset, message, context, error.hint);
        }
      }
    }
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, part) => sum + part.length + 1, 0) + column - 1;
}
