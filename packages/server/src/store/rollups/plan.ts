import type { Millis, SelectHints } from '@bellwether/promql';
import { BUCKET_MS, HOUR_MS, hoursOf, type Span } from './buckets.ts';
import { HANDINGS, type Handing, NEWEST } from './handing.ts';

/** Up to here the raw samples are read: there is little to save. */
const SHORT_MS = 2 * HOUR_MS;

/** What of a question is answered from the rollups, and how. */
export interface Plan {
  readonly span: Span;
  readonly handing: Handing;
}

/**
 * Decides what of `[from, to]` the rollups may answer so that the result is the one raw samples give: the longest run of
 * recorded hours, where each window holds every bucket wholly or not at all. With one window that is so for the buckets
 * inside it; with several, all ends of windows have to lie on ends of buckets.
 * @param isRecorded Whether the hour with this end is rolled up
 * @returns undefined: all of it is read raw
 */
export function planOf(
  { from, to }: { readonly from: Millis; readonly to: Millis },
  hints: SelectHints,
  isRecorded: (hour: Millis) => boolean,
): Plan | undefined {
  const handing = handingOf(hints);
  if (handing === undefined || to - from <= SHORT_MS) return undefined;
  const span = longestRun(
    {
      after: Math.ceil((from - 1) / BUCKET_MS) * BUCKET_MS,
      upTo: Math.floor(to / BUCKET_MS) * BUCKET_MS,
    },
    isRecorded,
  );
  return span && { span, handing };
}

function handingOf({ func, start, step, range }: SelectHints): Handing | undefined {
  if (start === undefined) return undefined;
  const aligned = [start, step, range].every((time) => time % BUCKET_MS === 0);
  if (range === 0) return aligned && step > 0 ? NEWEST : undefined;
  if (func === undefined || (!aligned && step > 0)) return undefined;
  return HANDINGS.get(func);
}

function longestRun(whole: Span, isRecorded: (hour: Millis) => boolean): Span | undefined {
  let best: Span | undefined;
  let run: Span | undefined;
  for (const hour of hoursOf(whole)) {
    if (!isRecorded(hour)) {
      run = undefined;
      continue;
    }
    const upTo = Math.min(whole.upTo, hour);
    run = { after: run?.after ?? Math.max(whole.after, hour - HOUR_MS), upTo };
    if (best === undefined || run.upTo - run.after > best.upTo - best.after) best = run;
  }
  return best;
}
