/** Whether a counter histogram was reset before this sample, or that it is a gauge. */
export type CounterResetHint = 'unknown' | 'reset' | 'not_reset' | 'gauge';

/** Sparse bucket counts: strictly ascending indices and the count of each. */
export interface Buckets {
  readonly indices: readonly number[];
  readonly counts: readonly number[];
}

/** The schema of histograms whose bucket bounds are listed (`customValues`): NHCB. */
export const CUSTOM_SCHEMA = -53;

/**
 * A native histogram with float counts. Immutable.
 *
 * Exponential schemas run from -4 to 8: bucket `i` reaches up to 2^(i·2^-schema), negative buckets
 * mirror them, and a zero bucket covers [-zeroThreshold, zeroThreshold]. In the custom schema bucket
 * `i` reaches up to `customValues[i]`, the last one to infinity.
 *
 * Source: Prometheus' native histogram specification.
 */
export interface FloatHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
  readonly customValues: readonly number[];
  readonly hint: CounterResetHint;
}

export const NO_BUCKETS: Buckets = { indices: [], counts: [] };

/** A histogram from the parts that matter; the rest is empty. */
export function histogram(parts: Partial<FloatHistogram>): FloatHistogram {
  return {
    schema: 0,
    count: 0,
    sum: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: NO_BUCKETS,
    negative: NO_BUCKETS,
    customValues: [],
    hint: 'unknown',
    ...parts,
  };
}

export function usesCustomBuckets(h: FloatHistogram): boolean {
  return h.schema === CUSTOM_SCHEMA;
}

/** A run of consecutive buckets; the offset counts from the end of the run before (the first: from 0). */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/**
 * Buckets from spans and absolute counts, as protobuf and the TSDB carry them.
 *
 * @throws RangeError where the spans do not describe as many buckets as there are counts
 */
export function bucketsFromSpans(spans: readonly BucketSpan[], counts: readonly number[]): Buckets {
  const indices: number[] = [];
  let index = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++) indices.push(index++);
  }
  if (indices.length !== counts.length)
    throw new RangeError(`spans describe ${indices.length} buckets, got ${counts.length} counts`);
  return { indices, counts };
}
