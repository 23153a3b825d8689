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

/** Differences up to this share of a count are taken for rounding errors. */
const TOLERANCE = 1e-12;

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
  const observations = counts[last]!;
  if (length < 2 || observations === 0) return Number.NaN;
  if (how !== undefined) forced(how);
  const rank = q * observations;
  let at = 0;
  while (at < last && !(counts[at]! >= rank)) at++;
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

/** Evens out rounding errors and then lifts counts that are still below a lower bucket's. */
function makeMonotonic({ bounds, counts, length }: ClassicBuckets): Forced | undefined {
  let previous = counts[0]!;
  for (let i = 1; i < length; i++) {
    const count = counts[i]!;
    const difference = Math.abs(count - previous);
    if (difference === 0) continue;
    if (difference / count <= TOLERANCE) counts[i] = previous;
    else previous = count;
  }
  let most = counts[0]!;
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDiff = 0;
  for (let i = 1; i < length; i++) {
    const count = counts[i]!;
    if (count > most) most = count;
    if (!(count < most)) continue;
    minBucket = Math.min(minBucket, bounds[i]!);
    maxBucket = Math.max(maxBucket, bounds[i]!);
    maxDiff = Math.max(maxDiff, most - count);
    counts[i] = most;
  }
  return maxDiff > 0 ? { minBucket, maxBucket, maxDiff } : undefined;
}
