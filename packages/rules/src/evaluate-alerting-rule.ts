import type { Labels, Millis } from '@bellwether/promql';
import { type AlertInstance, type AlertObservation, decideAlert } from './alert-state.ts';
import { expandAlertTemplate } from './alert-template.ts';
import { labelKey, withLabels, withoutLabel } from './label-key.ts';
import type { QueryFunc, VectorSample } from './query.ts';
import type { AlertingRule } from './rule.ts';

/** Series that say what an alert is doing, and since when its condition holds. */
export const alertsMetric = 'ALERTS';
export const forStateMetric = 'ALERTS_FOR_STATE';

interface AlertingContext {
  readonly query: QueryFunc;
  readonly now: Millis;
  readonly queryOffsetMs: Millis;
  /** Most alerts it may have; 0 for any number. */
  readonly limit: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** Too many alerts: the rule fails and forgets those it had. */
export class AlertLimitError extends Error {}

/**
 * The alerts of a rule after this evaluation, by the key of their labels.
 * @throws Error where the query fails or two alerts have the same labels
 * @throws AlertLimitError
 */
export async function evaluateAlertingRule(
  rule: AlertingRule,
  previous: ReadonlyMap<string, AlertInstance>,
  context: AlertingContext,
): Promise<ReadonlyMap<string, AlertInstance>> {
  const observations = await observe(rule, context);
  const timing = { now: context.now, forMs: rule.forMs, keepFiringForMs: rule.keepFiringForMs };
  const alerts = new Map<string, AlertInstance>();
  for (const key of new Set([...previous.keys(), ...observations.keys()])) {
    const alert = decideAlert(previous.get(key), observations.get(key), timing);
    if (alert !== undefined) alerts.set(key, alert);
  }
  const active = [...alerts.values()].filter((alert) => alert.state !== 'inactive').length;
  if (context.limit > 0 && active > context.limit) {
    throw new AlertLimitError(`exceeded limit of ${context.limit} with ${active} alerts`);
  }
  return alerts;
}

async function observe(
  rule: AlertingRule,
  context: AlertingContext,
): Promise<Map<string, AlertObservation>> {
  const { query, now, queryOffsetMs } = context;
  const samples = await query(rule.expr, now - queryOffsetMs);
  const observations = new Map<string, AlertObservation>();
  for (const sample of samples) {
    const data = {
      labels: sample.labels,
      value: sample.value,
      externalLabels: context.externalLabels,
      externalUrl: context.externalUrl,
      now,
      query: (expr: string) => query(expr, now),
    };
    const own = await expandAll(rule, rule.labels, data);
    const labels = withLabels(withoutLabel(sample.labels, '__name__'), {
      ...own,
      alertname: rule.alert,
    });
    const key = labelKey(labels);
    if (observations.has(key)) {
      throw new Error('vector contains metrics with the same labelset after applying alert labels');
    }
    const annotations = await expandAll(rule, rule.annotations, data);
    observations.set(key, { labels, annotations, value: sample.value });
  }
  return observations;
}

async function expandAll(
  rule: AlertingRule,
  templates: Labels,
  data: Parameters<typeof expandAlertTemplate>[2],
): Promise<Labels> {
  const expanded: Record<string, string> = {};
  for (const [name, text] of Object.entries(templates)) {
    expanded[name] = await expandAlertTemplate(rule, text, data);
  }
  return expanded;
}

/** The series `ALERTS` and `ALERTS_FOR_STATE` of alerts that are pending or firing. */
export function alertSeries(
  rule: AlertingRule,
  alerts: ReadonlyMap<string, AlertInstance>,
): readonly VectorSample[] {
  return [...alerts.values()]
    .filter((alert) => alert.state !== 'inactive')
    .flatMap((alert) => {
      const labels = withLabels(rule.labels, { ...alert.labels, alertname: rule.alert });
      const state = { ...labels, __name__: alertsMetric, alertstate: alert.state };
      return [
        { labels: state, value: 1 },
        {
          labels: { ...labels, __name__: forStateMetric },
          value: Math.floor(alert.activeAt / 1000),
        },
      ];
    });
}
