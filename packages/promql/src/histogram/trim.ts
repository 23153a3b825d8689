import { type Bucket, negativeBuckets, positiveBuckets, zeroBucket } from './bounds.ts';
import { type Buckets, type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';
import { compact } from './layout.ts';

/** What is left of a bucket, and where the part that went is taken to have been. */
interface Cut {
  readonly kept: number;
  readonly removedAt: number;
}

/**
 * Keeps the observations below a value (`upper`, the operator `</`) or above it (`>/`). A bucket the
 * value falls into is split as for quantiles; the sum loses the middles of what was removed.
 */
export function trim(h: FloatHistogram, at: number, upper: boolean): FloatHistogram {
  const linear = usesCustomBuckets(h);
  let count = 0;
  let removedSum = 0;
  let hasPositive = false;
  let hasNegative = false;
  const side = (buckets: readonly Bucket[], positive: boolean): number[] =>
    buckets.map((bucket) => {
      if (bucket.count === 0) return 0;
      if (!positive || (linear && bucket.lower < 0)) hasNegative = true;
      if (positive && (!linear || bucket.upper > 0)) hasPositive = true;
      const { kept, removedAt } = cut(bucket, at, upper, positive, linear);
      count += kept;
      if (kept !== bucket.count) removedSum += (bucket.count - kept) * removedAt;
      return kept;
    });
  const positive: Buckets = { ...h.positive, counts: side(positiveBuckets(h), true) };
  const negative: Buckets = { ...h.negative, counts: side(negativeBuckets(h), false) };
  let { zeroCount } = h;
  if (zeroCount > 0) {
    const below = zeroCount * shareBelow(zeroBucket(h), at, true, true);
    zeroCount = upper ? below : zeroCount - below;
    count += zeroCount;
  }
  let sum = count === 0 ? 0 : h.sum - removedSum;
  if (!hasNegative && sum < 0) sum = 0;
  if (!hasPositive && sum > 0) sum = 0;
  return compact({ ...h, count, sum, zeroCount, positive, negative });
}

function cut(bucket: Bucket, at: number, upper: boolean, positive: boolean, linear: boolean): Cut {
  if (bucket.lower === Number.NEGATIVE_INFINITY || bucket.upper === Number.POSITIVE_INFINITY)
    return cutEndless(bucket, at, upper);
  const whole = upper ? bucket.upper <= at : bucket.lower >= at;
  if (whole) return { kept: bucket.count, removedAt: 0 };
  const none = upper ? bucket.lower >= at : bucket.upper <= at;
  if (none) return { kept: 0, removedAt: wholeMiddle(bucket, positive, linear) };
  const below = bucket.count * shareBelow(bucket, at, positive, linear);
  const removedAt = upper
    ? middle(bucket, Math.abs(at) * Math.abs(bucket.upper), positive, linear)
    : middle(bucket, Math.abs(bucket.lower) * Math.abs(at), positive, linear);
  return { kept: upper ? below : bucket.count - below, removedAt };
}

function wholeMiddle(bucket: Bucket, positive: boolean, linear: boolean): number {
  return middle(bucket, Math.abs(bucket.lower) * Math.abs(bucket.upper), positive, linear);
}

function middle(bucket: Bucket, product: number, positive: boolean, linear: boolean): number {
  if (linear) return (bucket.lower + bucket.upper) / 2;
  return positive ? Math.sqrt(product) : -Math.sqrt(product);
}

/** The share of a finite bucket below a value. */
function shareBelow(bucket: Bucket, at: number, positive: boolean, linear: boolean): number {
  if (at <= bucket.lower) return 0;
  if (at >= bucket.upper) return 1;
  if (linear) return (at - bucket.lower) / (bucket.upper - bucket.lower);
  const logLower = Math.log2(Math.abs(bucket.lower));
  const logUpper = Math.log2(Math.abs(bucket.upper));
  const logAt = Math.log2(Math.abs(at));
  return positive
    ? (logAt - logLower) / (logUpper - logLower)
    : 1 - (logAt - logUpper) / (logLower - logUpper);
}

/**
 * An endless bucket cannot be interpolated: it stays or goes as a whole, unless it is the first custom
 * bucket of a histogram of positive values, which is taken to start at zero.
 */
function cutEndless(bucket: Bucket, at: number, upper: boolean): Cut {
  const { lower, upper: end, count } = bucket;
  if (lower === Number.NEGATIVE_INFINITY) {
    if (upper && at >= end) return { kept: count, removedAt: 0 };
    if (!upper && at <= lower) return { kept: count, removedAt: 0 };
    if (at >= 0 && end > at && end !== Number.POSITIVE_INFINITY) {
      return upper
        ? { kept: (count * at) / end, removedAt: (at + end) / 2 }
        : { kept: count * (1 - at / end), removedAt: at / 2 };
    }
    return { kept: 0, removedAt: end };
  }
  if (!upper && at <= lower) return { kept: count, removedAt: 0 };
  // Above everything, also the endless bucket is below.
  if (upper && at === Number.POSITIVE_INFINITY) return { kept: count, removedAt: 0 };
  return { kept: 0, removedAt: lower };
}
