import { FLOAT } from '../engine/column.ts';
import type { FloatWindows } from './range-function.ts';
import { weightTotals } from './weighted.ts';

/*
 * rate, increase and delta over floats: Prometheus' extrapolation (promql/functions.go), each sample
 * looked at once for resets, each window computed from its ends and the resets inside it.
 */

/** More than this share of resets among the samples, and sums of them are prepared. */
const MANY_RESETS = 0.02;

/** The indices at which a counter started anew: the value is lower than the one before. */
function findResets(values: Float64Array): Int32Array {
  let count = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) count++;
  const resets = new Int32Array(count);
  let at = 0;
  for (let i = 1; at < count; i++) if (values[i]! < values[i - 1]!) resets[at++] = i;
  return resets;
}

/** What was lost at the first `k` resets, for every k, so that a difference tells of the resets between two. */
interface ResetSums {
  /** The sum of the finite values, and what rounding took from it. */
  readonly total: Float64Array;
  readonly rest: Float64Array;
  /** How many values were infinite, which in a sum would swallow whatever comes later. */
  readonly infinite: Int32Array;
}

/** @returns `undefined` where even finite values have no finite sum */
function resetSums(values: Float64Array, resets: Int32Array): ResetSums | undefined {
  const total = new Float64Array(resets.length + 1);
  const rest = new Float64Array(resets.length + 1);
  const infinite = new Int32Array(resets.length + 1);
  for (let k = 0; k < resets.length; k++) {
    const lost = values[resets[k]! - 1]!;
    const value = lost === Number.POSITIVE_INFINITY ? 0 : lost;
    infinite[k + 1] = infinite[k]! + (value === lost ? 0 : 1);
    const sum = total[k]!;
    const next = sum + value;
    rest[k + 1] =
      rest[k]! + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum);
    total[k + 1] = next;
  }
  return Number.isFinite(total[resets.length]!) ? { total, rest, infinite } : undefined;
}

/** `rate` (per second), `increase` (a counter's growth) or `delta` (a gauge's difference). */
export function extrapolated(windows: FloatWindows, isCounter: boolean, isRate: boolean): void {
  const { samples, lo, hi, steps, references, range } = windows;
  const { times, values } = samples;
  const results = windows.values;
  const { kinds } = windows;
  const resets = isCounter ? findResets(values) : new Int32Array(0);
  const summed =
    resets.length > 64 && resets.length > values.length * MANY_RESETS
      ? resetSums(values, resets)
      : undefined;
  const totals = samples.weights && weightTotals(samples.weights);
  const rangeSeconds = range / 1000;
  let firstReset = 0;
  let endReset = 0;
  for (let i = 0; i < steps; i++) {
    const first = lo[i]!;
    const last = hi[i]! - 1;
    if (last <= first) continue;
    const firstValue = values[first]!;
    let result = values[last]! - firstValue;
    if (resets.length > 0) {
      while (firstReset < resets.length && resets[firstReset]! <= first) firstReset++;
      while (endReset < resets.length && resets[endReset]! <= last) endReset++;
      if (summed === undefined) {
        for (let k = firstReset; k < endReset; k++) result += values[resets[k]! - 1]!;
      } else if (endReset > firstReset) {
        const { total, rest, infinite } = summed;
        result += total[endReset]! - total[firstReset]! + (rest[endReset]! - rest[firstReset]!);
        if (infinite[endReset]! > infinite[firstReset]!) result += Number.POSITIVE_INFINITY;
      }
    }
    const rangeEnd = references.start + i * references.step;
    const factor = extrapolationFactor(
      times[first]!,
      times[last]!,
      totals === undefined ? last - first : totals[last + 1]! - totals[first]! - 1,
      rangeEnd - range,
      rangeEnd,
      isCounter && result > 0 && firstValue >= 0 ? firstValue / result : -1,
    );
    results[i] = result * (isRate ? factor / rangeSeconds : factor);
    kinds[i] = FLOAT;
  }
}

/**
 * By how much the growth between the first and last sample has to be scaled to cover the range.
 *
 * Where samples come close to a boundary (within 1.1 times their average distance), the series is
 * taken to reach it; else it is taken to end half an average distance beyond the sample. A counter
 * is never extended to where it would be below zero.
 *
 * @param zeroShare the first value over the growth, for a growing counter; negative: no such limit
 */
export function extrapolationFactor(
  firstTime: number,
  lastTime: number,
  intervals: number,
  rangeStart: number,
  rangeEnd: number,
  zeroShare: number,
): number {
  let toStart = (firstTime - rangeStart) / 1000;
  let toEnd = (rangeEnd - lastTime) / 1000;
  const sampled = (lastTime - firstTime) / 1000;
  const average = sampled / intervals;
  const threshold = average * 1.1;
  if (toStart >= threshold) toStart = average / 2;
  if (zeroShare >= 0) {
    const toZero = sampled * zeroShare;
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = average / 2;
  return (sampled + toStart + toEnd) / sampled;
}

/** `irate` (per second, of a counter) or `idelta`: between the last two samples. */
export function instantaneous(windows: FloatWindows, isRate: boolean): void {
  const { samples, lo, hi, steps, kinds } = windows;
  const { times, values } = samples;
  const results = windows.values;
  for (let i = 0; i < steps; i++) {
    const last = hi[i]! - 1;
    if (last - 1 < lo[i]!) continue;
    const interval = times[last]! - times[last - 1]!;
    if (interval === 0) continue;
    const value = values[last]!;
    const before = values[last - 1]!;
    let result = isRate && value < before ? value : value - before;
    if (isRate) result /= interval / 1000;
    results[i] = result;
    kinds[i] = FLOAT;
  }
}

/** Counts in each window how often `differs(before, after)` holds between neighbours. */
export function countPairs(
  windows: FloatWindows,
  differs: (before: number, after: number) => boolean,
): void {
  const { samples, lo, hi, steps, kinds } = windows;
  const { values } = samples;
  const results = windows.values;
  const before = new Int32Array(values.length + 1);
  let count = 0;
  for (let k = 1; k < values.length; k++) {
    if (differs(values[k - 1]!, values[k]!)) count++;
    before[k] = count;
  }
  for (let i = 0; i < steps; i++) {
    const first = lo[i]!;
    const last = hi[i]! - 1;
    if (last < first) continue;
    results[i] = before[last]! - before[first]!;
    kinds[i] = FLOAT;
  }
}
