import { type Bucket, negativeBuckets, positiveBuckets, zeroBucket } from './bounds.ts';
import { type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';
import { compact } from './layout.ts';

/** What stays of a bucket, and the value its observations are taken to have. */
interface Rest {
  readonly kept: number;
  readonly middle: number;
}

/**
 * Keeps the observations below a value (`upper`, the operator `</`) or above it (`>/`). A bucket the
 * value falls into is split as for quantiles. The sum is estimated anew from the middles of what stays,
 * unless nothing was cut off.
 */
export function trim(h: FloatHistogram, at: number, upper: boolean): FloatHistogram {
  const custom = usesCustomBuckets(h);
  let count = 0;
  let sum = 0;
  let trimmed = false;
  const keep = (before: number, { kept, middle }: Rest): number => {
    count += kept;
    if (kept !== 0) sum += kept * middle;
    trimmed ||= kept !== before;
    return kept;
  };
  const side = (buckets: readonly Bucket[], sign: 1 | -1): number[] =>
    buckets.map((bucket) =>
      bucket.count === 0 ? 0 : keep(bucket.count, cut(bucket, at, upper, sign, custom)),
    );
  const positive = { ...h.positive, counts: side(positiveBuckets(h), 1) };
  const negative = { ...h.negative, counts: side(negativeBuckets(h), -1) };
  const zeroCount = h.zeroCount > 0 ? keep(h.zeroCount, cutZero(h, at, upper)) : h.zeroCount;
  return trimmed ? compact({ ...h, count, sum, zeroCount, positive, negative }) : h;
}

function cut(bucket: Bucket, at: number, upper: boolean, sign: 1 | -1, custom: boolean): Rest {
  const { lower, upper: end, count } = bucket;
  if (upper ? end <= at : lower >= at)
    return { kept: count, middle: middleOf(lower, end, sign, custom) };
  if (upper ? lower >= at : end <= at) return { kept: 0, middle: 0 };
  if (lower === Number.NEGATIVE_INFINITY || end === Number.POSITIVE_INFINITY)
    return cutEndless(bucket, at, upper);
  const below = count * shareBelow(bucket, at, sign, custom);
  return upper
    ? { kept: below, middle: middleOf(lower, at, sign, custom) }
    : { kept: count - below, middle: middleOf(at, end, sign, custom) };
}

/** The arithmetic mean in custom buckets, the geometric in exponential ones. */
function middleOf(lower: number, upper: number, sign: 1 | -1, custom: boolean): number {
  if (lower === Number.NEGATIVE_INFINITY) {
    if (upper === Number.POSITIVE_INFINITY) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (upper === Number.POSITIVE_INFINITY) return lower;
  if (custom) return (lower + upper) / 2;
  return sign * Math.sqrt(Math.abs(lower * upper));
}

/** The share of a finite bucket below a value inside of it. */
function shareBelow(bucket: Bucket, at: number, sign: 1 | -1, custom: boolean): number {
  if (custom) return (at - bucket.lower) / (bucket.upper - bucket.lower);
  const logLower = Math.log2(Math.abs(bucket.lower));
  const logUpper = Math.log2(Math.abs(bucket.upper));
  const logAt = Math.log2(Math.abs(at));
  return sign > 0
    ? (logAt - logLower) / (logUpper - logLower)
    : 1 - (logAt - logUpper) / (logLower - logUpper);
}

/**
 * A custom bucket without an end, with the value inside of it. Only a first bucket of positive bounds
 * can be split, for it is taken to start at zero. Of the others, what may lie on the wrong side goes,
 * and what certainly lies on the right side is taken to be at the value.
 */
function cutEndless(bucket: Bucket, at: number, upper: boolean): Rest {
  const { lower, upper: end, count } = bucket;
  if (lower === Number.NEGATIVE_INFINITY) {
    const splits = end > 0 && end !== Number.POSITIVE_INFINITY;
    if (upper) {
      if (splits && at > 0) return { kept: (count * at) / end, middle: at / 2 };
      return end <= 0 ? { kept: count, middle: at } : { kept: 0, middle: 0 };
    }
    if (splits && at >= 0) return { kept: count * (1 - at / end), middle: (at + end) / 2 };
    return { kept: 0, middle: 0 };
  }
  return upper ? { kept: 0, middle: 0 } : { kept: count, middle: at };
}

/** The zero bucket is split linearly, over its side only where the histogram has one side only. */
function cutZero(h: FloatHistogram, at: number, upper: boolean): Rest {
  const filled = (counts: readonly number[]): boolean => counts.some((count) => count !== 0);
  const positive = filled(h.positive.counts);
  const negative = filled(h.negative.counts);
  const whole = zeroBucket(h);
  const low = positive && !negative ? 0 : whole.lower;
  const high = negative && !positive ? 0 : whole.upper;
  if (upper ? at >= high : at <= low) return { kept: whole.count, middle: (low + high) / 2 };
  if (upper ? at <= low : at >= high) return { kept: 0, middle: 0 };
  return upper
    ? { kept: (whole.count * (at - low)) / (high - low), middle: (low + at) / 2 }
    : { kept: (whole.count * (high - at)) / (high - low), middle: (at + high) / 2 };
}
