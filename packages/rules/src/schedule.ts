import type { Millis } from '@bellwether/promql';

/** FNV-1a, 32 bits: enough to spread groups over an interval. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return state >>> 0;
}

/**
 * How far into each interval a group is evaluated. Groups spread over the interval by the hash of
 * their file and name, so they do not all query at once, and each keeps its place over restarts.
 */
export const groupOffsetMs = (
  group: { readonly file: string; readonly name: string },
  intervalMs: Millis,
): Millis => hash(`${group.file};${group.name}`) % intervalMs;

/** The latest slot at or before a time: slots are `intervalMs` apart, the offset into each interval. */
export function evaluationSlot(now: Millis, intervalMs: Millis, offsetMs: Millis): Millis {
  return Math.floor((now - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** The next slot to evaluate, and how many have passed without an evaluation. */
export interface NextEvaluation {
  readonly at: Millis;
  readonly missed: number;
}

/**
 * The slot to evaluate now, given the last one evaluated. Slots that were slept through, or taken
 * by a slow evaluation, are skipped and counted: a rule is never evaluated for the past.
 * @returns undefined where the next slot has not come yet
 */
export function nextEvaluation(
  last: Millis,
  now: Millis,
  intervalMs: Millis,
): NextEvaluation | undefined {
  const slots = Math.floor((now - last) / intervalMs);
  if (slots < 1) return undefined;
  return { at: last + slots * intervalMs, missed: slots - 1 };
}
