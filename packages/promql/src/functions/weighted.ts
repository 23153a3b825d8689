import { FLOAT } from '../engine/column.ts';
import type { FloatWindows } from './range-function.ts';

/* Samples that each stand for several (`SeriesColumns.weights`): counts, sums and means of them. */

/** `totals[k]`: how many samples the first `k` stand for. */
export function weightTotals(weights: Float64Array): Float64Array {
  const totals = new Float64Array(weights.length + 1);
  for (let k = 0; k < weights.length; k++) totals[k + 1] = totals[k]! + weights[k]!;
  return totals;
}

/** What each sample adds to a sum. One that stands for none adds nothing, be its value infinite. */
export function products(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const scaled = new Float64Array(values.length);
  for (let k = 0; k < scaled.length; k++)
    scaled[k] = weights[k] === 0 ? 0 : values[k]! * weights[k]!;
  return scaled;
}

/** `count_over_time` of weighted samples. */
export function weightedCount(windows: FloatWindows, weights: Float64Array): void {
  const { lo, hi, steps, kinds, values } = windows;
  const totals = weightTotals(weights);
  for (let i = 0; i < steps; i++) {
    if (hi[i]! <= lo[i]!) continue;
    values[i] = totals[hi[i]!]! - totals[lo[i]!]!;
    kinds[i] = FLOAT;
  }
}

/** `sum_over_time` of weighted samples, by the function that sums plain ones. */
export function weightedSum(
  windows: FloatWindows,
  weights: Float64Array,
  sum: (windows: FloatWindows) => void,
): void {
  const { samples } = windows;
  const values = products(samples.values, weights);
  sum({ ...windows, samples: { ...samples, values, weights: undefined } });
}

/** `avg_over_time` of weighted samples: their sum over how many they stand for. */
export function weightedMean(
  windows: FloatWindows,
  weights: Float64Array,
  sum: (windows: FloatWindows) => void,
): void {
  weightedSum(windows, weights, sum);
  const { samples, lo, hi, steps, kinds, values } = windows;
  const totals = weightTotals(weights);
  for (let i = 0; i < steps; i++) {
    if (kinds[i] !== FLOAT) continue;
    const [from, end] = [lo[i]!, hi[i]!];
    const total = totals[end]! - totals[from]!;
    values[i] = Number.isFinite(values[i]!)
      ? values[i]! / total
      : meanOfShares(samples.values, weights, from, end, total, values[i]!);
  }
}

/**
 * The weighted mean of `values[from..end)` where their sum is no number: where only the sum is too large, the mean is made
 * of each one's share.
 * @param otherwise what it is if a value itself is infinite or not a number
 */
function meanOfShares(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  end: number,
  total: number,
  otherwise: number,
): number {
  let mean = 0;
  for (let k = from; k < end; k++) {
    if (!Number.isFinite(values[k]!)) return otherwise;
    mean += values[k]! * (weights[k]! / total);
  }
  return mean;
}
