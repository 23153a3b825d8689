import { type Labels, type Millis, setLabel } from '@bellwether/promql';
import {
  compile,
  prometheusFunctions,
  QueryExpander,
  struct,
  type Template,
  type TemplateQuery,
} from '@bellwether/template';
import type { AlertingRule } from './rule.ts';

const variables = ['labels', 'externalLabels', 'externalURL', 'value'] as const;

/** The type of a template's data, as messages of Go name it. */
const goType =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }';

/**
 * Compiles a label or annotation of an alerting rule, with the variables and functions of
 * Prometheus.
 * @throws TemplateError
 */
export const compileAlertTemplate = (alert: string, text: string): Template =>
  compile(text, {
    name: `__alert_${alert}`,
    functions: prometheusFunctions(),
    missingKey: 'zero',
    variables,
  });

interface ExpansionContext {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly now: Millis;
  readonly query: TemplateQuery;
}

const compiled = new WeakMap<object, Map<string, Template>>();

/** Expands the labels and annotations of one rule's alerts at one moment. */
export class AlertTemplates {
  readonly #rule: AlertingRule;
  readonly #context: ExpansionContext;
  readonly #templates: Map<string, Template>;
  readonly #expander: QueryExpander;

  constructor(rule: AlertingRule, context: ExpansionContext) {
    this.#rule = rule;
    this.#context = context;
    const { externalUrl, now } = context;
    this.#expander = new QueryExpander(context.query, prometheusFunctions({ externalUrl, now }));
    this.#templates = compiled.get(rule) ?? new Map();
    compiled.set(rule, this.#templates);
  }

  /**
   * Expands texts for one alert. A template that fails gives a text that says so, as in
   * Prometheus: an alert with a broken description is better than none.
   * @param labels of the sample the alert is raised for, with its metric name
   */
  async expand(texts: Labels, labels: Labels, value: number): Promise<Labels> {
    const { externalLabels, externalUrl } = this.#context;
    const variables = { labels, value, externalLabels, externalURL: externalUrl };
    const data = dataOf(variables);
    const expanded: Record<string, string> = {};
    for (const [name, text] of Object.entries(texts)) {
      if (!text.includes('{{')) {
        setLabel(expanded, name, text);
        continue;
      }
      try {
        const result = this.#expander.expand(this.#template(text), data, variables);
        setLabel(expanded, name, typeof result === 'string' ? result : await result);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const template = `__alert_${this.#rule.alert}`;
        const told = `<error expanding template: error executing template ${template}: ${message}>`;
        setLabel(expanded, name, told);
      }
    }
    return expanded;
  }

  #template(text: string): Template {
    const known = this.#templates.get(text);
    if (known !== undefined) return known;
    const template = compileAlertTemplate(this.#rule.alert, text);
    this.#templates.set(text, template);
    return template;
  }
}

const dataOf = (variables: {
  labels: Labels;
  value: number;
  externalLabels: Labels;
  externalURL: string;
}): object =>
  struct(goType, {
    Labels: variables.labels,
    ExternalLabels: variables.externalLabels,
    ExternalURL: variables.externalURL,
    Value: variables.value,
  });
