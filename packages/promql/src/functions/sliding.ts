import { ABSENT, FLOAT } from '../engine/column.ts';
import type { FloatWindows } from './range-function.ts';

/*
 * Aggregates over windows that overlap much: instead of going through each window, what windows share
 * is kept. Nothing is ever subtracted, so that no rounding error or infinity stays behind: a window is
 * a suffix of the older samples (suffix aggregates, made once) and a prefix of the newer ones (a running
 * aggregate). When the older ones are used up, the newer become the older. Each sample is thus added
 * twice, however many windows it lies in.
 */

/** An aggregate of some kind over runs of samples. */
export interface Sliding {
  /** Makes the aggregates of `[k, end)` for all k from `end - 1` down to `from`. */
  rebuild(from: number, end: number): void;
  /** Starts the running aggregate anew, with nothing in it. */
  restart(): void;
  /** Puts sample `k` into the running aggregate. */
  add(k: number): void;
  /** The value of `[from, middle)` (a suffix aggregate) and the running one, `[middle, end)`. */
  value(from: number, middle: number, end: number, step: number): number;
}

/** Whether windows overlap so much that sliding over them costs less than going through each. */
export function overlapsMuch(windows: FloatWindows): boolean {
  const { lo, hi, steps } = windows;
  let total = 0;
  for (let i = 0; i < steps; i++) total += hi[i]! - lo[i]!;
  const span = steps === 0 ? 0 : hi[steps - 1]! - lo[0]!;
  return total > 4 * (span + steps);
}

/** Runs an aggregate over all windows; those with fewer than `least` samples have no value. */
export function slide(windows: FloatWindows, aggregate: Sliding, least = 1): void {
  const { lo, hi, steps, kinds, values } = windows;
  let middle = 0;
  let end = 0;
  let started = false;
  for (let i = 0; i < steps; i++) {
    const from = lo[i]!;
    const to = hi[i]!;
    if (to - from < least) {
      kinds[i] = ABSENT;
      continue;
    }
    if (!started || from >= middle) {
      const older = Math.max(started ? end : to, from);
      aggregate.rebuild(from, older);
      aggregate.restart();
      middle = older;
      end = older;
      started = true;
    }
    for (; end < to; end++) aggregate.add(end);
    values[i] = aggregate.value(from, middle, to, i);
    kinds[i] = FLOAT;
  }
}
