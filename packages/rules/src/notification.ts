import type { Labels, Millis } from '@bellwether/promql';
import type { AlertInstance } from './alert-state.ts';
import type { AlertingRule } from './rule.ts';

/** An alert as it is told to receivers, in the terms of Alertmanager's API. */
export interface AlertNotification {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
  /** When it began to fire. */
  readonly startsAt: Millis;
  /** When it ended; of a firing alert, until when it counts as firing without another notice. */
  readonly endsAt: Millis;
  /** Address of a page with the rule's expression. */
  readonly generatorUrl: string;
}

/** What receivers are told of an alert that {@link needsSending} has chosen. */
export function toNotification(
  rule: AlertingRule,
  alert: AlertInstance,
  externalUrl: string,
): AlertNotification {
  const startsAt = alert.firedAt ?? alert.activeAt;
  const query = encodeURIComponent(rule.expr).replaceAll('%20', '+');
  return {
    status: alert.state === 'inactive' ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: alert.annotations,
    value: alert.value,
    startsAt,
    endsAt: alert.resolvedAt ?? alert.validUntil ?? startsAt,
    generatorUrl: `${externalUrl}/graph?g0.expr=${query}&g0.tab=1`,
  };
}
