import type { Millis } from '@bellwether/promql';

/**
 * A bucket is what was taken in five minutes, an hour twelve of them. Both are open on the left and closed on the right,
 * as PromQL's windows are, and named by their end.
 */
export const BUCKET_MS = 300_000;
export const HOUR_MS = 3_600_000;

/** A stretch of time, open on the left: `after < t ≤ upTo`. */
export interface Span {
  readonly after: Millis;
  readonly upTo: Millis;
}

/** The end of the hour a moment lies in. */
export function hourOf(time: Millis): Millis {
  return Math.ceil(time / HOUR_MS) * HOUR_MS;
}

/** The ends of the hours that a span touches, ascending. */
export function hoursOf({ after, upTo }: Span): Millis[] {
  const first = Math.floor(after / HOUR_MS) * HOUR_MS + HOUR_MS;
  const hours: Millis[] = [];
  for (let end = first; end - HOUR_MS < upTo; end += HOUR_MS) hours.push(end);
  return hours;
}
