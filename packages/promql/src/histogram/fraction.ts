import { allBuckets, type Bucket } from './bounds.ts';
import { type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';
import { zeroBucketBounds } from './quantile.ts';

/**
 * The share of observations between two bounds, interpolated as for quantiles. NaN observations are in
 * no share.
 *
 * Special cases: no observations, or a bound is NaN → NaN · lower ≥ upper → 0.
 */
export function histogramFraction(lower: number, upper: number, h: FloatHistogram): number {
  if (h.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const buckets = allBuckets(h);
  // With NaN among them, the buckets hold less than the count says.
  const counted = Number.isNaN(h.sum)
    ? buckets.reduce((sum, bucket) => sum + bucket.count, 0)
    : h.count;
  const below = (value: number): number => rankOf(value, h, buckets, counted);
  return (below(upper) - below(lower)) / h.count;
}

/** How many observations lie below a value. */
function rankOf(
  value: number,
  h: FloatHistogram,
  buckets: readonly Bucket[],
  counted: number,
): number {
  let rank = 0;
  for (const bucket of buckets) {
    let { lower, upper } = bucket;
    const custom = usesCustomBuckets(h);
    const acrossZero = lower <= 0 && upper >= 0;
    if (custom && lower === Number.NEGATIVE_INFINITY && upper > 0) lower = 0;
    else if (!custom && acrossZero) [lower, upper] = zeroBucketBounds(h, lower, upper);
    if (lower >= value) return Math.min(rank, counted);
    if (upper > value) {
      const inside =
        custom || acrossZero
          ? linearShare(value, lower, upper)
          : exponentialShare(value, lower, upper);
      return Math.min(rank + bucket.count * inside, counted);
    }
    rank += bucket.count;
  }
  return counted;
}

function linearShare(value: number, lower: number, upper: number): number {
  // Nothing is known about where in an endless bucket observations lie.
  if (lower === Number.NEGATIVE_INFINITY) return 1;
  return (value - lower) / (upper - lower);
}

function exponentialShare(value: number, lower: number, upper: number): number {
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}
