import type { Millis } from '@bellwether/promql';
import { HOUR_MS, hoursOf, type Span } from './buckets.ts';

const DAY_MS = 24 * HOUR_MS;

export interface Backlog {
  /** How many hours wait. */
  readonly hours: number;
  /** The oldest of them, and those that follow it without a gap on the same day. */
  readonly next: Span | undefined;
}

/**
 * The hours wholly within a span that are not rolled up.
 * Samples are stored by the day, so hours of one day are best made together; more would make others wait.
 */
export function backlogOf(span: Span, isRecorded: (hour: Millis) => boolean): Backlog {
  const waiting = hoursOf(span).filter((hour) => hour <= span.upTo && !isRecorded(hour));
  const [first] = waiting;
  if (first === undefined) return { hours: 0, next: undefined };
  const midnight = Math.ceil(first / DAY_MS) * DAY_MS;
  let last = first;
  for (const hour of waiting.slice(1)) {
    if (hour !== last + HOUR_MS || hour > midnight) break;
    last = hour;
  }
  return { hours: waiting.length, next: { after: first - HOUR_MS, upTo: last } };
}
