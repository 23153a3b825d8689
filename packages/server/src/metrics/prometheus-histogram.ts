import { CUSTOM_SCHEMA, type FloatHistogram, histogram } from '@bellwether/promql';

export interface HistogramJson {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly (readonly [number, number, number, number])[];
}

/**
 * A native histogram from the JSON of Prometheus' HTTP API, which says the bounds of the buckets but not their schema: it
 * comes back with its bounds listed. Counts, sum and positive bounds are the same; buckets below zero share the first.
 */
export function histogramOf({ count, sum, buckets }: HistogramJson): FloatHistogram {
  const bounds: number[] = [];
  const counts: number[] = [];
  for (const [, lower, upper, n] of [...buckets].sort((a, b) => a[2] - b[2])) {
    // A gap before this bucket is an empty bucket of its own.
    if (lower > 0 && lower !== bounds.at(-1)) {
      bounds.push(lower);
      counts.push(0);
    }
    bounds.push(upper);
    counts.push(n);
  }
  const customValues = bounds.filter(Number.isFinite);
  const indices = counts.map((_, i) => i);
  return histogram({
    schema: CUSTOM_SCHEMA,
    count,
    sum,
    customValues,
    positive: { indices, counts },
  });
}
