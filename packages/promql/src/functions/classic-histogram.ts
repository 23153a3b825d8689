/** A classic histogram's bucket: how many observations are at or below a bound. */
export interface ClassicBucket {
  readonly upperBound: number;
  count: number;
}

/** A quantile, and how the buckets had to be changed to make sense. */
export interface ClassicQuantile {
  readonly value: number;
  /** Counts went down from one bucket to a higher one by more than rounding explains. */
  readonly forced?: {
    readonly minBucket: number;
    readonly maxBucket: number;
    readonly maxDiff: number;
  };
}

/** Differences up to this share of a count are taken for rounding errors. */
const TOLERANCE = 1e-12;

/**
 * The quantile of a classic histogram, interpolated linearly inside of a bucket.
 *
 * Special cases: q is NaN → NaN · q < 0 → -Inf · q > 1 → +Inf · no +Inf bucket, fewer than two buckets
 * or no observations → NaN · in the +Inf bucket → the bound below it · the lowest bucket starts at 0,
 * or, if its bound is not positive, gives its bound.
 */
export function classicQuantile(q: number, buckets: ClassicBucket[]): ClassicQuantile {
  if (Number.isNaN(q)) return { value: Number.NaN };
  if (q < 0) return { value: Number.NEGATIVE_INFINITY };
  if (q > 1) return { value: Number.POSITIVE_INFINITY };
  const merged = coalesce(buckets);
  if (merged.at(-1)?.upperBound !== Number.POSITIVE_INFINITY) return { value: Number.NaN };
  const forced = makeMonotonic(merged);
  const note = forced === undefined ? {} : { forced };
  const observations = merged.at(-1)!.count;
  if (merged.length < 2 || observations === 0) return { value: Number.NaN };
  const rank = q * observations;
  let at = merged.findIndex((bucket) => bucket.count >= rank);
  if (at < 0) at = merged.length - 1;
  if (at === merged.length - 1) return { value: merged[at - 1]!.upperBound, ...note };
  const { upperBound, count } = merged[at]!;
  if (at === 0 && upperBound <= 0) return { value: upperBound, ...note };
  const below = at === 0 ? { upperBound: 0, count: 0 } : merged[at - 1]!;
  const share = (rank - below.count) / (count - below.count);
  return { value: below.upperBound + (upperBound - below.upperBound) * share, ...note };
}

/** The share of observations between two bounds; special cases as for native histograms. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBucket[]): number {
  const merged = coalesce(buckets);
  const last = merged.at(-1);
  if (last?.upperBound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (last.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, merged) - rankOf(lower, merged)) / last.count;
}

function rankOf(value: number, buckets: readonly ClassicBucket[]): number {
  const total = buckets.at(-1)!.count;
  let rank = 0;
  let start = buckets[0]!.upperBound > 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (const { upperBound, count } of buckets) {
    if (start >= value) return Math.min(rank, total);
    if (upperBound > value) {
      if (start === Number.NEGATIVE_INFINITY) return Math.min(count, total);
      const share = (value - start) / (upperBound - start);
      return Math.min(rank + (count - rank) * share, total);
    }
    rank = count;
    start = upperBound;
  }
  return total;
}

/** Sorts by bound and adds up buckets with the same one. */
function coalesce(buckets: ClassicBucket[]): ClassicBucket[] {
  buckets.sort((a, b) => (a.upperBound === b.upperBound ? 0 : a.upperBound - b.upperBound));
  const merged: ClassicBucket[] = [];
  for (const { upperBound, count } of buckets) {
    const last = merged.at(-1);
    if (last !== undefined && last.upperBound === upperBound) last.count += count;
    else merged.push({ upperBound, count });
  }
  return merged;
}

/** Evens out rounding errors and then lifts counts that are still below a lower bucket's. */
function makeMonotonic(buckets: readonly ClassicBucket[]): ClassicQuantile['forced'] {
  let previous = buckets[0]!.count;
  for (const bucket of buckets.slice(1)) {
    const difference = Math.abs(bucket.count - previous);
    if (difference === 0) continue;
    if (difference / bucket.count <= TOLERANCE) bucket.count = previous;
    else previous = bucket.count;
  }
  let most = buckets[0]!.count;
  let minBucket = Number.POSITIVE_INFINITY;
  let maxBucket = Number.NEGATIVE_INFINITY;
  let maxDiff = 0;
  for (const bucket of buckets.slice(1)) {
    if (bucket.count > most) most = bucket.count;
    if (!(bucket.count < most)) continue;
    minBucket = Math.min(minBucket, bucket.upperBound);
    maxBucket = Math.max(maxBucket, bucket.upperBound);
    maxDiff = Math.max(maxDiff, most - bucket.count);
    bucket.count = most;
  }
  return maxDiff > 0 ? { minBucket, maxBucket, maxDiff } : undefined;
}
