/**
 * A classic histogram at one step: ascending bounds and the counts at or below them, the first `length`
 * places of buffers that are used again for each step.
 */
export interface ClassicBuckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  length: number;
}

/** How counts had to be lifted that went down from one bucket to a higher one. */
export interface Forced {
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDiff: number;
}

/** Differences below this share of both counts' sum are taken for rounding errors. */
const TOLERANCE = 1e-12;
const MIN_NORMAL = 2 ** -1022;

/**
 * The quantile of a classic histogram, interpolated linearly inside of a bucket. The counts are
 * straightened in place; `forced` is told where more than rounding errors had to be.
 *
 * Special cases: q is NaN → NaN · q < 0 → -Inf · q > 1 → +Inf · no +Inf bucket, fewer than two buckets
 * or no observations → NaN · in the +Inf bucket → the bound below it · the lowest bucket starts at 0,
 * or, if its bound is not positive, gives its bound.
 */
export function classicQuantile(
  q: number,
  buckets: ClassicBuckets,
  forced: (how: Forced) => void,
): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const { bounds, counts, length } = buckets;
  const last = length - 1;
  if (bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
  const how = makeMonotonic(buckets);
  if (how !== undefined) forced(how);
  const observations = counts[last]!;
  if (length < 2 || observations === 0) return Number.NaN;
  const rank = q * observations;
  const at = firstAtLeast(counts, last, rank);
  if (at === last) return bounds[last - 1]!;
  const bound = bounds[at]!;
  if (at === 0 && bound <= 0) return bound;
  const lowerBound = at === 0 ? 0 : bounds[at - 1]!;
  const below = at === 0 ? 0 : counts[at - 1]!;
  return lowerBound + (bound - lowerBound) * ((rank - below) / (counts[at]! - below));
}

/** The share of observations between two bounds; special cases as for native histograms. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  const last = buckets.length - 1;
  if (buckets.bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
  const total = buckets.counts[last]!;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total;
}

function rankOf(value: number, buckets: ClassicBuckets, total: number): number {
  const { bounds, counts, length } = buckets;
  let rank = 0;
  let start = bounds[0]! > 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const bound = bounds[i]!;
    const count = counts[i]!;
    if (start >= value) return Math.min(rank, total);
    if (bound > value) {
      if (start === Number.NEGATIVE_INFINITY) return Math.min(count, total);
      return Math.min(rank + (count - rank) * ((value - start) / (bound - start)), total);
    }
    rank = count;
    start = bound;
  }
  return total;
}

/**
 * The first of `counts[0..end)` that is not below `rank`, or `end`. It is looked for by halving, as Prometheus does,
 * which tells where counts that are NaN lead to.
 */
function firstAtLeast(counts: Float64Array, end: number, rank: number): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (counts[middle]! >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Evens out rounding errors and lifts counts that are below a lower bucket's, both against the last count that was
 * neither. Counts may be negative (differences of buckets) or NaN, which is neither above nor below.
 */
function makeMonotonic({ bounds, counts, length }: ClassicBuckets): Forced | undefined {
  let previous = counts[0]!;
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDiff = 0;
  let isForced = false;
  for (let i = 1; i < length; i++) {
    const count = counts[i]!;
    if (count === previous) continue;
    if (isNearly(count, previous)) {
      counts[i] = previous;
    } else if (count < previous) {
      isForced = true;
      minBucket = Math.min(minBucket, bounds[i]!);
      maxBucket = Math.max(maxBucket, bounds[i]!);
      maxDiff = Math.max(maxDiff, previous - count);
      counts[i] = previous;
    } else {
      previous = count;
    }
  }
  return isForced ? { minBucket, maxBucket, maxDiff } : undefined;
}

/** Whether two counts that are not the same differ by rounding only. */
function isNearly(a: number, b: number): boolean {
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || size < MIN_NORMAL) return difference < TOLERANCE * MIN_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < TOLERANCE;
}
