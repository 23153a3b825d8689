import type { Labels, Millis } from '@bellwether/promql';

/** `pending`: the condition holds, not yet long enough. `inactive`: it fired and has ended. */
export type AlertState = 'pending' | 'firing' | 'inactive';

/** One alert of a rule: one label set its expression has yielded. */
export interface AlertInstance {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  /** Of the expression, when it last held. */
  readonly value: number;
  readonly activeAt: Millis;
  readonly firedAt?: Millis;
  readonly resolvedAt?: Millis;
  /** Since when it fires only because of keep_firing_for. */
  readonly keepFiringSince?: Millis;
  readonly lastSentAt?: Millis;
  /** Until when those it was last sent to may take it for firing. */
  readonly validUntil?: Millis;
}

/** What an evaluation saw of one label set. */
export interface AlertObservation {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
}

interface AlertTiming {
  readonly now: Millis;
  readonly forMs: Millis;
  readonly keepFiringForMs: Millis;
}

/** How long an ended alert is remembered, and reported as resolved, for receivers that missed it. */
const resolvedRetentionMs = 15 * 60_000;

/**
 * Decides what becomes of one alert. Pure: the state before, what was seen, and the time.
 *
 * - seen, and not active before: pending, or firing at once without `for`
 * - seen: pending turns firing once it has held for `for`; firing turns pending again where a
 *   reload has made `for` longer than it has held
 * - not seen: pending is forgotten; firing goes on for keep_firing_for, then is inactive; inactive
 *   is forgotten after 15 minutes
 *
 * @returns the alert as it is from now on, or undefined where there is nothing to remember
 * Source: Prometheus, rules/alerting.go.
 */
export function decideAlert(
  previous: AlertInstance | undefined,
  seen: AlertObservation | undefined,
  timing: AlertTiming,
): AlertInstance | undefined {
  if (seen !== undefined) return hold(observe(previous, seen, timing.now), timing);
  if (previous === undefined || previous.state === 'pending') return undefined;
  return end(previous, timing);
}

function observe(
  previous: AlertInstance | undefined,
  seen: AlertObservation,
  now: Millis,
): AlertInstance {
  if (previous === undefined || previous.state === 'inactive') {
    return { ...seen, state: 'pending', activeAt: now };
  }
  const { keepFiringSince: _, ...rest } = previous;
  return { ...rest, value: seen.value, annotations: seen.annotations };
}

function hold(alert: AlertInstance, { now, forMs }: AlertTiming): AlertInstance {
  const held = now - alert.activeAt;
  if (alert.state === 'pending' && held >= forMs)
    return { ...alert, state: 'firing', firedAt: now };
  if (alert.state === 'firing' && held < forMs) {
    const { labels, annotations, value, activeAt } = alert;
    return { labels, annotations, value, activeAt, state: 'pending' };
  }
  return alert;
}

function end(previous: AlertInstance, timing: AlertTiming): AlertInstance | undefined {
  const { now, keepFiringForMs } = timing;
  if (previous.state === 'inactive') {
    const isOld = now - (previous.resolvedAt ?? now) > resolvedRetentionMs;
    return isOld ? undefined : previous;
  }
  if (keepFiringForMs > 0) {
    const keepFiringSince = previous.keepFiringSince ?? now;
    if (now - keepFiringSince < keepFiringForMs)
      return hold({ ...previous, keepFiringSince }, timing);
    return { ...previous, keepFiringSince, state: 'inactive', resolvedAt: now };
  }
  return { ...previous, state: 'inactive', resolvedAt: now };
}

/**
 * Is it time to tell the receivers of an alert? Never of a pending one; of an end at once; of one
 * that goes on, again after `resendDelayMs`.
 */
export function needsSending(alert: AlertInstance, now: Millis, resendDelayMs: Millis): boolean {
  if (alert.state === 'pending') return false;
  if (alert.lastSentAt === undefined) return true;
  if (alert.resolvedAt !== undefined && alert.resolvedAt > alert.lastSentAt) return true;
  return alert.lastSentAt + resendDelayMs < now;
}
