import type { Millis } from '../text/duration.ts';

/** The first index from `from` on with a time later than `time`, by galloping. */
export function firstAfter(times: Float64Array, time: Millis, from: number): number {
  let low = from;
  let width = 1;
  while (low + width < times.length && times[low + width]! <= time) {
    low += width;
    width *= 2;
  }
  let high = Math.min(low + width, times.length);
  if (low < times.length && times[low]! > time) return low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
