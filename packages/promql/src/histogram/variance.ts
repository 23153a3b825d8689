import { KahanSum } from '../engine/kahan.ts';
import { allBuckets } from './bounds.ts';
import { type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';

/**
 * The variance of the observations, each taken at its bucket's middle: the geometric mean of the
 * bounds, the arithmetic in custom buckets, zero in the zero bucket.
 */
export function histogramVariance(h: FloatHistogram): number {
  const mean = h.sum / h.count;
  const squares = new KahanSum();
  for (const { lower, upper, count } of allBuckets(h)) {
    if (count === 0) continue;
    const delta = middle(h, lower, upper) - mean;
    squares.add(count * delta * delta);
  }
  return (squares.sum + squares.compensation) / h.count;
}

function middle(h: FloatHistogram, lower: number, upper: number): number {
  if (usesCustomBuckets(h)) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const root = Math.sqrt(upper * lower);
  return upper < 0 ? -root : root;
}
