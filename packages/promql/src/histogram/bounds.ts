import { type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';

/** A bucket with its bounds. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
  readonly index: number;
}

/** The upper bound of an exponential bucket: 2^(index · 2^-schema). */
export function exponentialBound(index: number, schema: number): number {
  const bound = schema <= 0 ? 2 ** (index * 2 ** -schema) : fractionalBound(index, schema);
  // The last bucket ends where floats end, so that infinities are counted apart.
  return bound === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : bound;
}

function fractionalBound(index: number, schema: number): number {
  const parts = 2 ** schema;
  const whole = Math.floor(index / parts);
  return 2 ** ((index - whole * parts) / parts) * 2 ** whole;
}

function upperBound(h: FloatHistogram, index: number): number {
  if (!usesCustomBuckets(h)) return exponentialBound(index, h.schema);
  return h.customValues[index] ?? Number.POSITIVE_INFINITY;
}

function lowerBound(h: FloatHistogram, index: number): number {
  if (!usesCustomBuckets(h)) return exponentialBound(index - 1, h.schema);
  return index === 0
    ? Number.NEGATIVE_INFINITY
    : (h.customValues[index - 1] ?? Number.NEGATIVE_INFINITY);
}

function bucket(lower: number, upper: number, count: number, index: number): Bucket {
  return {
    lower,
    upper,
    lowerInclusive: lower < 0,
    upperInclusive: upper > 0,
    count,
    index,
  };
}

/** The buckets of the positive side, ascending. */
export function positiveBuckets(h: FloatHistogram): Bucket[] {
  return h.positive.indices.map((index, i) =>
    bucket(lowerBound(h, index), upperBound(h, index), h.positive.counts[i]!, index),
  );
}

/** The buckets of the negative side, from zero downwards. */
export function negativeBuckets(h: FloatHistogram): Bucket[] {
  return h.negative.indices.map((index, i) =>
    bucket(-upperBound(h, index), -lowerBound(h, index), h.negative.counts[i]!, index),
  );
}

export function zeroBucket(h: FloatHistogram): Bucket {
  return {
    lower: -h.zeroThreshold,
    upper: h.zeroThreshold,
    lowerInclusive: true,
    upperInclusive: true,
    count: h.zeroCount,
    index: 0,
  };
}

/** All buckets, from the most negative to the most positive; none reaches into the zero bucket. */
export function allBuckets(h: FloatHistogram): Bucket[] {
  const outside = (one: Bucket): Bucket => {
    if (one.upper < 0 && one.upper > -h.zeroThreshold) return { ...one, upper: -h.zeroThreshold };
    if (one.lower > 0 && one.lower < h.zeroThreshold) return { ...one, lower: h.zeroThreshold };
    return one;
  };
  return [
    ...negativeBuckets(h).reverse().map(outside),
    ...(h.zeroCount > 0 ? [zeroBucket(h)] : []),
    ...positiveBuckets(h).map(outside),
  ];
}
