import { formatDuration, type Labels, labelsKey, type Millis } from '@bellwether/promql';
import type { AlertInstance } from './alert-state.ts';
import { forStateMetric } from './evaluate-alerting-rule.ts';
import type { GroupState, RuleState } from './group-state.ts';
import { withoutLabel } from './label-key.ts';
import type { QueryFunc } from './query.ts';
import type { AlertingRule, RuleGroup } from './rule.ts';

export interface RestoreOptions {
  /** After a longer outage alerts start anew. Prometheus: one hour. */
  readonly outageToleranceMs: Millis;
  /** A restored alert stays pending at least this long. Prometheus: ten minutes. */
  readonly gracePeriodMs: Millis;
  /** How long the engine sees a sample after its time. Prometheus: five minutes. */
  readonly lookbackMs?: Millis;
}

/** The steps in which the past is looked at: short waits are restored to the second. */
const stepMs = 1_000;

/** What `ALERTS_FOR_STATE` said of an alert before the outage. */
interface Remembered {
  /** When its condition had begun, in seconds since 1970. */
  readonly activeAtSeconds: number;
  /** The last time it was written. */
  readonly downAt: Millis;
}

/**
 * After a restart, gives alerts back the time they had been pending before it, so that an alert
 * with a long `for` is not delayed by every restart. To be called once the group has been
 * evaluated, with a state made by `initialGroupState(group, { restored: false })`; from then on
 * its alerting rules write their series.
 *
 * A query that fails leaves the alerts of that rule as they are: they fire later, but they fire.
 *
 * Source: Prometheus, rules/group.go, RestoreForState.
 */
export async function restoreForState(
  group: RuleGroup,
  state: GroupState,
  query: QueryFunc,
  now: Millis,
  options: RestoreOptions,
): Promise<GroupState> {
  const rules: RuleState[] = [];
  for (const [index, ruleState] of state.rules.entries()) {
    const rule = group.rules[index];
    const restorable =
      rule?.kind === 'alerting' && rule.forMs >= options.gracePeriodMs && ruleState.alerts.size > 0;
    const alerts = restorable
      ? await restoreRule(rule, ruleState.alerts, query, now, options)
      : ruleState.alerts;
    rules.push({ ...ruleState, alerts, restored: true });
  }
  return { ...state, rules };
}

async function restoreRule(
  rule: AlertingRule,
  alerts: ReadonlyMap<string, AlertInstance>,
  query: QueryFunc,
  now: Millis,
  options: RestoreOptions,
): Promise<ReadonlyMap<string, AlertInstance>> {
  let remembered: ReadonlyMap<string, Remembered>;
  try {
    remembered = await readRemembered(rule, query, now, options);
  } catch {
    return alerts;
  }
  return new Map(
    [...alerts].map(([key, alert]) => {
      const before = remembered.get(labelsKey(alert.labels));
      if (before === undefined) return [key, alert];
      return [key, { ...alert, activeAt: restoredActiveAt(before, rule.forMs, now, options) }];
    }),
  );
}

/** Since when the condition shall count as holding. Pure. */
function restoredActiveAt(
  { activeAtSeconds, downAt }: Remembered,
  forMs: Millis,
  now: Millis,
  { gracePeriodMs }: RestoreOptions,
): Millis {
  const activeAt = activeAtSeconds * 1000;
  const remaining = forMs - (downAt - activeAt);
  // It was firing, and shall do so at the next evaluation.
  if (remaining <= 0) return activeAt;
  if (remaining < gracePeriodMs) return now + gracePeriodMs - forMs;
  // The outage itself does not count as time the condition has held.
  return activeAt + (now - downAt);
}

/**
 * Three instant queries tell the last sample of each series: its value, its time, and, since a
 * stale mark cannot be read, until when the series could be seen.
 */
async function readRemembered(
  rule: AlertingRule,
  query: QueryFunc,
  now: Millis,
  options: RestoreOptions,
): Promise<ReadonlyMap<string, Remembered>> {
  const series = selector(rule);
  const tolerance = formatDuration(options.outageToleranceMs);
  const window = `${tolerance}:${formatDuration(stepMs)}`;
  const values = await query(`last_over_time(${series}[${tolerance}])`, now);
  const times = await byLabels(query, `max_over_time(timestamp(${series})[${window}])`, now);
  const visible = await byLabels(query, `max_over_time((${series} * 0 + time())[${window}])`, now);
  const lookbackMs = options.lookbackMs ?? 300_000;
  const remembered = new Map<string, Remembered>();
  for (const { labels, value } of values) {
    const key = labelsKey(withoutLabel(labels, '__name__'));
    const lastSeconds = times.get(key);
    const visibleSeconds = visible.get(key);
    if (lastSeconds === undefined || visibleSeconds === undefined) continue;
    const downAt = Math.floor(lastSeconds) * 1000;
    const expected = Math.min(now, downAt + lookbackMs) - 2 * stepMs;
    const wasMarkedStale = visibleSeconds * 1000 < expected;
    if (!wasMarkedStale) remembered.set(key, { activeAtSeconds: Math.trunc(value), downAt });
  }
  return remembered;
}

async function byLabels(query: QueryFunc, expr: string, now: Millis): Promise<Map<string, number>> {
  const samples = await query(expr, now);
  return new Map(
    samples.map(({ labels, value }) => [labelsKey(withoutLabel(labels, '__name__')), value]),
  );
}

/** Labels that come from templates are not known before the alert, so they are not asked for. */
function selector(rule: AlertingRule): string {
  const fixed = Object.entries(rule.labels).filter(([, value]) => !value.includes('{{'));
  const labels: Labels = { ...Object.fromEntries(fixed), alertname: rule.alert };
  const matchers = Object.entries(labels).map(([name, value]) => {
    const label = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
    return `${label}=${JSON.stringify(value)}`;
  });
  return `${forStateMetric}{${matchers.join(',')}}`;
}
