import type { Labels, Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import { type AlertInstance, needsSending } from './alert-state.ts';
import { AlertLimitError, alertSeries, evaluateAlertingRule } from './evaluate-alerting-rule.ts';
import { evaluateRecordingRule } from './evaluate-recording-rule.ts';
import type { GroupState, RuleState } from './group-state.ts';
import { type AlertNotification, toNotification } from './notification.ts';
import type { QueryFunc, SeriesSample, VectorSample } from './query.ts';
import type { Rule, RuleGroup } from './rule.ts';

export interface EvaluateGroupOptions {
  readonly query: QueryFunc;
  /** The time slot of this evaluation, not the clock on the wall. */
  readonly now: Millis;
  readonly externalLabels: Labels;
  /** Address of the server as people reach it, for links. */
  readonly externalUrl: string;
  /**
   * Takes the series of one rule before the next rule is evaluated, so that it can read them. What
   * it rejects with becomes the error of the rule.
   */
  readonly write?: (series: readonly SeriesSample[]) => Promise<void> | void;
  /** The clock on the wall, to measure how long rules take; without it nothing is measured. */
  readonly clock?: () => Millis;
  /** Interval of groups that name none. */
  readonly defaultIntervalMs?: Millis;
  /** A firing alert is notified of again after this time. */
  readonly resendDelayMs?: Millis;
}

/** An alert that is pending or firing, and the rule it is of. */
export interface ActiveAlert extends AlertInstance {
  /** Index of the rule in its group. */
  readonly rule: number;
}

/** How the evaluation of one rule went. */
export interface RuleReport {
  readonly rule: Rule;
  readonly health: 'ok' | 'err';
  readonly lastError?: string;
  readonly evaluatedAt: Millis;
  readonly durationMs: Millis;
  /** Series it yielded, stale marks not counted. */
  readonly samples: number;
}

export interface GroupEvaluation {
  /** To be given to the next evaluation. */
  readonly state: GroupState;
  /** All that was written, in order. */
  readonly series: readonly SeriesSample[];
  readonly alerts: readonly ActiveAlert[];
  readonly rules: readonly RuleReport[];
  /** What receivers are to be told: alerts that began, ended, or are due again. */
  readonly notifications: readonly AlertNotification[];
}

/** As in Prometheus. */
const defaultResendDelayMs = 60_000;
const defaultIntervalMs = 60_000;

/**
 * Evaluates the rules of a group one after the other. A rule that fails says so in its report, and
 * the others go on.
 *
 * Source: Prometheus, rules/group.go.
 */
export async function evaluateGroup(
  group: RuleGroup,
  state: GroupState,
  options: EvaluateGroupOptions,
): Promise<GroupEvaluation> {
  const clock = options.clock ?? (() => 0);
  const started = clock();
  const outcomes: RuleOutcome[] = [];
  for (const [index, rule] of group.rules.entries()) {
    const ruleState = state.rules[index];
    if (ruleState === undefined) throw new Error(`the state is not that of group ${group.name}`);
    outcomes.push(await evaluateRule(group, rule, ruleState, options));
  }
  const stale = await writeStale(group, state, options);
  return {
    state: {
      rules: outcomes.map((outcome) => outcome.state),
      staleSeries: stale === undefined ? state.staleSeries : [],
      evaluatedAt: options.now,
      durationMs: clock() - started,
    },
    series: [...outcomes.flatMap((outcome) => outcome.series), ...(stale ?? [])],
    alerts: outcomes.flatMap((outcome, index) =>
      [...outcome.state.alerts.values()]
        .filter((alert) => alert.state !== 'inactive')
        .map((alert) => ({ ...alert, rule: index })),
    ),
    rules: outcomes.map((outcome) => outcome.report),
    notifications: outcomes.flatMap((outcome) => outcome.notifications),
  };
}

interface RuleOutcome {
  readonly state: RuleState;
  readonly series: readonly SeriesSample[];
  readonly report: RuleReport;
  readonly notifications: readonly AlertNotification[];
}

async function evaluateRule(
  group: RuleGroup,
  rule: Rule,
  before: RuleState,
  options: EvaluateGroupOptions,
): Promise<RuleOutcome> {
  const clock = options.clock ?? (() => 0);
  const started = clock();
  const at = options.now - (group.queryOffsetMs ?? 0);
  let alerts = before.alerts;
  let yielded = before.series;
  let series: readonly SeriesSample[] = [];
  let notifications: readonly AlertNotification[] = [];
  let samples = 0;
  let lastError: string | undefined;
  try {
    const result = await run(group, rule, before, options);
    ({ alerts, notifications } = result);
    const next = new Map(result.samples.map((sample) => [labelsKey(sample.labels), sample.labels]));
    const written = withStaleMarks(result.samples, before.series, next, at);
    await options.write?.(written);
    series = written;
    samples = result.samples.length;
    yielded = next;
  } catch (error) {
    if (error instanceof AlertLimitError) alerts = new Map();
    lastError = error instanceof Error ? error.message : String(error);
  }
  const health = lastError === undefined ? 'ok' : 'err';
  const times = { evaluatedAt: options.now, durationMs: clock() - started };
  const failure = lastError === undefined ? {} : { lastError };
  return {
    state: { health, ...failure, ...times, series: yielded, alerts, restored: before.restored },
    series,
    report: { rule, health, ...failure, ...times, samples },
    notifications,
  };
}

interface RunResult {
  readonly samples: readonly VectorSample[];
  readonly alerts: ReadonlyMap<string, AlertInstance>;
  readonly notifications: readonly AlertNotification[];
}

async function run(
  group: RuleGroup,
  rule: Rule,
  before: RuleState,
  options: EvaluateGroupOptions,
): Promise<RunResult> {
  const { query, now, externalLabels, externalUrl } = options;
  const queryOffsetMs = group.queryOffsetMs ?? 0;
  const limit = group.limit ?? 0;
  if (rule.kind === 'recording') {
    const samples = await evaluateRecordingRule(rule, { query, at: now - queryOffsetMs, limit });
    return { samples, alerts: before.alerts, notifications: [] };
  }
  const context = { query, now, queryOffsetMs, limit, externalLabels, externalUrl };
  const alerts = new Map(await evaluateAlertingRule(rule, before.alerts, context));
  const resendDelayMs = options.resendDelayMs ?? defaultResendDelayMs;
  const interval = group.intervalMs ?? options.defaultIntervalMs ?? defaultIntervalMs;
  const notifications: AlertNotification[] = [];
  for (const [key, alert] of alerts) {
    if (!needsSending(alert, now, resendDelayMs)) continue;
    // Room for some evaluations and some deliveries to fail before receivers think it is over.
    const validUntil = now + 4 * Math.max(interval, resendDelayMs);
    const sent = { ...alert, lastSentAt: now, validUntil };
    alerts.set(key, sent);
    notifications.push(toNotification(rule, sent, externalUrl));
  }
  return { samples: before.restored ? alertSeries(rule, alerts) : [], alerts, notifications };
}

function withStaleMarks(
  samples: readonly VectorSample[],
  before: ReadonlyMap<string, Labels>,
  next: ReadonlyMap<string, Labels>,
  at: Millis,
): readonly SeriesSample[] {
  const ended = [...before].filter(([key]) => !next.has(key));
  return [
    ...samples.map((sample) => ({ ...sample, at })),
    ...ended.map(([, labels]) => ({ labels, at, stale: true as const })),
  ];
}

/** Marks the series of rules that are gone; undefined where they could not be written. */
async function writeStale(
  group: RuleGroup,
  state: GroupState,
  options: EvaluateGroupOptions,
): Promise<readonly SeriesSample[] | undefined> {
  const at = options.now - (group.queryOffsetMs ?? 0);
  const marks = state.staleSeries.map((labels) => ({ labels, at, stale: true as const }));
  if (marks.length === 0) return marks;
  try {
    await options.write?.(marks);
    return marks;
  } catch {
    // Tried again at the next evaluation: the marks stay in the state.
    return undefined;
  }
}
