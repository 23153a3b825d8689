import type { Labels, Millis } from '@bellwether/promql';
import {
  compile,
  expandWithQueries,
  prometheusFunctions,
  struct,
  type Template,
  type TemplateQuery,
} from '@bellwether/template';

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

/** What an alert's templates can speak of. */
export interface AlertTemplateData {
  readonly labels: Labels;
  readonly value: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly now: Millis;
  readonly query: TemplateQuery;
}

const compiled = new WeakMap<object, Map<string, Template>>();

/**
 * Expands a label or annotation. A template that fails gives a text that says so, as in
 * Prometheus: an alert with a broken description is better than none.
 * @param rule the rule it belongs to; its templates are compiled once
 */
export async function expandAlertTemplate(
  rule: { readonly alert: string },
  text: string,
  data: AlertTemplateData,
): Promise<string> {
  if (!text.includes('{{')) return text;
  try {
    return await expandWithQueries(
      templateOf(rule, text),
      struct(goType, {
        Labels: data.labels,
        ExternalLabels: data.externalLabels,
        ExternalURL: data.externalUrl,
        Value: data.value,
      }),
      data.query,
      {
        variables: {
          labels: data.labels,
          externalLabels: data.externalLabels,
          externalURL: data.externalUrl,
          value: data.value,
        },
        functions: prometheusFunctions({ externalUrl: data.externalUrl, now: data.now }),
      },
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const name = `__alert_${rule.alert}`;
    return `<error expanding template: error executing template ${name}: ${message}>`;
  }
}

function templateOf(rule: { readonly alert: string }, text: string): Template {
  let templates = compiled.get(rule);
  if (templates === undefined) {
    templates = new Map();
    compiled.set(rule, templates);
  }
  let template = templates.get(text);
  if (template === undefined) {
    template = compileAlertTemplate(rule.alert, text);
    templates.set(text, template);
  }
  return template;
}
