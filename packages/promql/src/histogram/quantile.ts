import { allBuckets, type Bucket } from './bounds.ts';
import { type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';

/** What a histogram with NaN observations does to a quantile. */
export type NaNEffect = 'none' | 'result' | 'skew';

/**
 * The quantile of a native histogram, interpolated inside of its bucket: exponentially in exponential
 * buckets, linearly in custom ones and in the zero bucket.
 *
 * Special cases: no observations, or q is NaN → NaN · q < 0 → -Inf · q > 1 → +Inf · the zero bucket of
 * a histogram with one side starts or ends at zero · the outermost custom buckets give their finite
 * bound · NaN observations count as above everything.
 */
export function histogramQuantile(q: number, h: FloatHistogram): { value: number; nan: NaNEffect } {
  const plain = (value: number): { value: number; nan: NaNEffect } => ({ value, nan: 'none' });
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  if (h.count === 0 || Number.isNaN(q)) return plain(Number.NaN);
  // From the nearer end, so that rounding errors of the counts stay small.
  const forward = Number.isNaN(h.sum) || q < 0.5;
  const buckets = allBuckets(h).filter((bucket) => bucket.count !== 0);
  if (!forward) buckets.reverse();
  let rank = (forward ? q : 1 - q) * h.count;
  let count = 0;
  let bucket: Bucket | undefined;
  for (bucket of buckets) {
    count += bucket.count;
    if (count >= rank) break;
  }
  if (bucket === undefined)
    return { value: Number.NaN, nan: Number.isNaN(h.sum) ? 'result' : 'none' };
  count = Math.min(count, h.count);
  if (count < rank) return { value: Number.NaN, nan: Number.isNaN(h.sum) ? 'result' : 'none' };
  const nan = Number.isNaN(h.sum) ? 'skew' : 'none';
  rank = forward ? rank - (count - bucket.count) : count - rank;
  return { value: interpolate(h, bucket, rank / bucket.count), nan };
}

function interpolate(h: FloatHistogram, bucket: Bucket, fraction: number): number {
  let { lower, upper } = bucket;
  if (usesCustomBuckets(h)) {
    if (lower === Number.NEGATIVE_INFINITY) {
      if (upper <= 0) return upper;
      lower = 0;
    }
    if (upper === Number.POSITIVE_INFINITY) return bucket.lower;
    return lower + (upper - lower) * fraction;
  }
  if (lower <= 0 && upper >= 0) {
    [lower, upper] = zeroBucketBounds(h, lower, upper);
    return lower + (upper - lower) * fraction;
  }
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

/** A histogram with observations on one side only has none on the other side of its zero bucket. */
export function zeroBucketBounds(
  h: FloatHistogram,
  lower: number,
  upper: number,
): [number, number] {
  const positive = h.positive.indices.length > 0;
  const negative = h.negative.indices.length > 0;
  if (positive && !negative) return [0, upper];
  if (negative && !positive) return [lower, 0];
  return [lower, upper];
}
