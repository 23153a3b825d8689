import { exponentialBound, negativeBuckets, positiveBuckets } from './bounds.ts';
import { type Buckets, type FloatHistogram, NO_BUCKETS } from './float-histogram.ts';

/* Bringing two histograms to the same bucket layout. */

/** Buckets of a schema as those of a coarser one. */
export function reduceBuckets(buckets: Buckets, schema: number, target: number): Buckets {
  if (schema === target || buckets.indices.length === 0) return buckets;
  const width = 2 ** (schema - target);
  const indices: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < buckets.indices.length; i++) {
    // Of what rounds to -0, the 0.
    const index = Math.ceil(buckets.indices[i]! / width) + 0;
    if (indices.at(-1) === index) counts[counts.length - 1]! += buckets.counts[i]!;
    else {
      indices.push(index);
      counts.push(buckets.counts[i]!);
    }
  }
  return { indices, counts };
}

/** The histogram in a schema that is not finer than its own. */
export function toSchema(h: FloatHistogram, schema: number): FloatHistogram {
  if (schema === h.schema) return h;
  return {
    ...h,
    schema,
    positive: reduceBuckets(h.positive, h.schema, schema),
    negative: reduceBuckets(h.negative, h.schema, schema),
  };
}

/** Drops empty buckets. */
export function compact(h: FloatHistogram): FloatHistogram {
  const positive = withoutEmpty(h.positive);
  const negative = withoutEmpty(h.negative);
  return positive === h.positive && negative === h.negative ? h : { ...h, positive, negative };
}

function withoutEmpty(buckets: Buckets): Buckets {
  if (!buckets.counts.includes(0)) return buckets;
  const filled = (_: number, i: number): boolean => buckets.counts[i] !== 0;
  return { indices: buckets.indices.filter(filled), counts: buckets.counts.filter(filled) };
}

/**
 * How many observations a wider zero bucket would hold. A threshold inside a populated bucket moves
 * out to that bucket's end, and that threshold is returned.
 */
export function zeroCountFor(
  h: FloatHistogram,
  wanted: number,
): { threshold: number; zeroCount: number } {
  let threshold = wanted;
  if (threshold === h.zeroThreshold) return { threshold, zeroCount: h.zeroCount };
  for (;;) {
    let zeroCount = h.zeroCount;
    for (const bucket of positiveBuckets(h)) {
      if (bucket.lower >= threshold) break;
      zeroCount += bucket.count;
      if (bucket.upper > threshold) {
        if (bucket.count !== 0) threshold = bucket.upper;
        break;
      }
    }
    let moved = false;
    for (const bucket of negativeBuckets(h)) {
      if (bucket.upper <= -threshold) break;
      zeroCount += bucket.count;
      if (bucket.lower < -threshold) {
        if (bucket.count !== 0) {
          threshold = -bucket.lower;
          moved = true;
        }
        break;
      }
    }
    // The positive side has to be looked at again under the new threshold.
    if (!moved) return { threshold, zeroCount };
  }
}

/** The buckets that do not lie inside of the zero bucket. */
export function beyond(buckets: Buckets, schema: number, threshold: number): Buckets {
  const first = buckets.indices.findIndex((index) => exponentialBound(index, schema) > threshold);
  if (first === 0) return buckets;
  if (first < 0) return NO_BUCKETS;
  return { indices: buckets.indices.slice(first), counts: buckets.counts.slice(first) };
}

/** Both histograms with the same zero threshold and schema; both exponential. */
export function reconcile(a: FloatHistogram, b: FloatHistogram): [FloatHistogram, FloatHistogram] {
  let [left, right] = [a, b];
  while (left.zeroThreshold !== right.zeroThreshold) {
    if (left.zeroThreshold > right.zeroThreshold) right = widenZero(right, left.zeroThreshold);
    else left = widenZero(left, right.zeroThreshold);
  }
  const schema = Math.min(left.schema, right.schema);
  return [toSchema(left, schema), toSchema(right, schema)];
}

function widenZero(h: FloatHistogram, wanted: number): FloatHistogram {
  const { threshold, zeroCount } = zeroCountFor(h, wanted);
  return {
    ...h,
    zeroThreshold: threshold,
    zeroCount,
    positive: beyond(h.positive, h.schema, threshold),
    negative: beyond(h.negative, h.schema, threshold),
  };
}

export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

/** The bounds both lists have. */
export function commonBounds(a: readonly number[], b: readonly number[]): number[] {
  const other = new Set(b);
  return a.filter((bound) => other.has(bound));
}

/** A custom histogram's buckets under a subset of its bounds. */
export function toBounds(h: FloatHistogram, bounds: readonly number[]): FloatHistogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  h.positive.indices.forEach((index, i) => {
    const upper = h.customValues[index];
    let target = upper === undefined ? -1 : bounds.findIndex((bound) => bound >= upper);
    if (target < 0) target = bounds.length;
    counts[target]! += h.positive.counts[i]!;
  });
  const positive = withoutEmpty({ indices: counts.map((_, i) => i), counts });
  return { ...h, customValues: bounds, positive };
}
