import type { Labels, Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import { type AlertInstance, type AlertObservation, decideAlert } from './alert-state.ts';
import { AlertTemplates } from './alert-templates.ts';
import { withLabels, withoutLabel } from './label-key.ts';
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
  const templates = new AlertTemplates(rule, { ...context, query: (expr) => query(expr, now) });
  const observations = new Map<string, AlertObservation>();
  for (const sample of samples) {
    const own = await templates.expand(rule.labels, sample.labels, sample.value);
    const labels = withLabels(withoutLabel(sample.labels, '__name__'), {
      ...own,
      alertname: rule.alert,
    });
    const key = labelsKey(labels);
    if (observations.has(key)) {
      throw new Error('vector contains metrics with the same labelset after applying alert labels');
    }
    const annotations = await templates.expand(rule.annotations, sample.labels, sample.value);
    observations.set(key, { labels, annotations, value: sample.value });
  }
  return observations;
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
