import { FLOAT } from '../engine/column.ts';
import type { FloatWindows } from './range-function.ts';

/* The `*_over_time` functions over floats whose value comes from the ends of a window or a direct pass. */

/** Puts `pick(first, last)` of each window that has samples; indices are inclusive. */
function fromEnds(
  windows: FloatWindows,
  pick: (times: Float64Array, values: Float64Array, first: number, last: number) => number,
): void {
  const { samples, lo, hi, steps, kinds, values: results } = windows;
  const { times, values } = samples;
  for (let i = 0; i < steps; i++) {
    const first = lo[i]!;
    const last = hi[i]! - 1;
    if (last < first) continue;
    results[i] = pick(times, values, first, last);
    kinds[i] = FLOAT;
  }
}

export function count(windows: FloatWindows): void {
  fromEnds(windows, (_times, _values, first, last) => last - first + 1);
}

export function present(windows: FloatWindows): void {
  fromEnds(windows, () => 1);
}

export function first(windows: FloatWindows): void {
  fromEnds(windows, (_times, values, at) => values[at]!);
}

export function last(windows: FloatWindows): void {
  fromEnds(windows, (_times, values, _first, at) => values[at]!);
}

export function timeOfFirst(windows: FloatWindows): void {
  fromEnds(windows, (times, _values, at) => times[at]! / 1000);
}

export function timeOfLast(windows: FloatWindows): void {
  fromEnds(windows, (times, _values, _first, at) => times[at]! / 1000);
}

/** Compensated sum of `values[first..last]`, in order. */
export function sumOf(values: Float64Array, firstIndex: number, lastIndex: number): number {
  let sum = 0;
  let compensation = 0;
  for (let k = firstIndex; k <= lastIndex; k++) {
    const value = values[k]!;
    const next = sum + value;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) compensation += sum - next + value;
    else compensation += value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + compensation : sum;
}

/**
 * Compensated mean of `values[first..last]`. Where the sum would overflow, the mean is carried on
 * incrementally from there, as Prometheus does.
 */
export function meanOf(values: Float64Array, firstIndex: number, lastIndex: number): number {
  let sum = values[firstIndex]!;
  let compensation = 0;
  let k = firstIndex + 1;
  for (; k <= lastIndex; k++) {
    const value = values[k]!;
    const next = sum + value;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) break;
    if (Math.abs(sum) >= Math.abs(value)) compensation += sum - next + value;
    else compensation += value - next + sum;
    sum = next;
  }
  const summed = k - firstIndex;
  if (k > lastIndex) return sum / summed + compensation / summed;
  return incrementalMean(values, k, lastIndex, sum / summed, compensation / summed, summed);
}

function incrementalMean(
  values: Float64Array,
  from: number,
  lastIndex: number,
  mean: number,
  compensation: number,
  already: number,
): number {
  let result = mean;
  let rest = compensation;
  let counted = already;
  for (let k = from; k <= lastIndex; k++) {
    counted++;
    const share = (counted - 1) / counted;
    const value = values[k]! / counted;
    const sum = share * result;
    const next = sum + value;
    rest *= share;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) rest = 0;
    else if (Math.abs(sum) >= Math.abs(value)) rest += sum - next + value;
    else rest += value - next + sum;
    result = next;
  }
  return result + rest;
}

/** Population variance of `values[first..last]`: Welford's update with compensated sums. */
export function varianceOf(values: Float64Array, firstIndex: number, lastIndex: number): number {
  let counted = 0;
  let mean = 0;
  let meanRest = 0;
  let squares = 0;
  let squaresRest = 0;
  for (let k = firstIndex; k <= lastIndex; k++) {
    counted++;
    const value = values[k]!;
    const delta = value - (mean + meanRest);
    const step = delta / counted;
    let next = mean + step;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) meanRest = 0;
    else if (Math.abs(mean) >= Math.abs(step)) meanRest += mean - next + step;
    else meanRest += step - next + mean;
    mean = next;
    const square = delta * (value - (mean + meanRest));
    next = squares + square;
    if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) squaresRest = 0;
    else if (Math.abs(squares) >= Math.abs(square)) squaresRest += squares - next + square;
    else squaresRest += square - next + squares;
    squares = next;
  }
  return (squares + squaresRest) / counted;
}

/** Applies `of(values, first, last)` to every window that has samples. */
export function direct(
  windows: FloatWindows,
  of: (values: Float64Array, firstIndex: number, lastIndex: number) => number,
): void {
  fromEnds(windows, (_times, values, firstIndex, lastIndex) => of(values, firstIndex, lastIndex));
}

/**
 * Index of the extreme value of each window, by a queue of candidates that each sample enters and
 * leaves once. NaN loses to any other value; among equal values the first wins, or the last if
 * `latest`.
 */
export function extreme(
  windows: FloatWindows,
  sign: 1 | -1,
  latest: boolean,
  asTime: boolean,
): void {
  const { samples, lo, hi, steps, kinds, values: results } = windows;
  const { times, values } = samples;
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  let entered = 0;
  for (let i = 0; i < steps; i++) {
    const from = lo[i]!;
    const to = hi[i]!;
    if (to <= from) continue;
    if (entered < from) {
      entered = from;
      head = 0;
      tail = 0;
    }
    for (; entered < to; entered++) {
      const value = values[entered]!;
      while (tail > head && beats(value, values[queue[tail - 1]!]!, sign, latest)) tail--;
      queue[tail++] = entered;
    }
    while (queue[head]! < from) head++;
    const best = queue[head]!;
    results[i] = asTime ? times[best]! / 1000 : values[best]!;
    kinds[i] = FLOAT;
  }
}

/** Whether a later value makes an earlier candidate useless. */
function beats(later: number, earlier: number, sign: 1 | -1, latest: boolean): boolean {
  if (Number.isNaN(earlier)) return latest || !Number.isNaN(later);
  const order = sign * (later - earlier);
  // Infinities of the same sign have no difference; they are equal.
  if (later === earlier) return latest;
  return order > 0;
}

/** Double exponential smoothing (Holt's linear trend) with a smoothing and a trend factor. */
export function smoothedValue(
  values: ArrayLike<number>,
  firstIndex: number,
  lastIndex: number,
  smoothing: number,
  trend: number,
): number {
  let before = 0;
  let level = values[firstIndex]!;
  let slope = values[firstIndex + 1]! - level;
  for (let k = firstIndex + 1; k <= lastIndex; k++) {
    const x = smoothing * values[k]!;
    if (k > firstIndex + 1) slope = trend * (level - before) + (1 - trend) * slope;
    const y = (1 - smoothing) * (level + slope);
    before = level;
    level = x + y;
  }
  return level;
}
