import type { Millis } from '../text/duration.ts';
import { firstAfter } from './first-after.ts';
import type { References } from './references.ts';

/**
 * For each step the samples of a series that its range covers: those with index `lo[i] ≤ k < hi[i]`,
 * later than `reference - before` and not later than `reference + after`.
 */
export interface Windows {
  readonly lo: Int32Array;
  readonly hi: Int32Array;
  /** Samples of all steps' windows together. */
  readonly samples: number;
}

/** Cuts windows out of ascending times; costs samples + steps. */
export function windowsOf(
  times: Float64Array,
  references: References,
  before: Millis,
  after: Millis,
  steps: number,
): Windows {
  const lo = new Int32Array(steps);
  const hi = new Int32Array(steps);
  const length = times.length;
  let low = 0;
  let high = 0;
  let samples = 0;
  for (let i = 0; i < steps; i++) {
    const reference = references.start + i * references.step;
    const from = reference - before;
    const to = reference + after;
    if (low < length && times[low]! <= from) low = firstAfter(times, from, low);
    if (high < low) high = low;
    if (high < length && times[high]! <= to) high = firstAfter(times, to, high);
    lo[i] = low;
    hi[i] = high;
    samples += high - low;
  }
  return { lo, hi, samples };
}
