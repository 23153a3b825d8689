import { formatSample } from '../text/number.ts';
import { allBuckets } from './bounds.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** Prometheus' JSON form of a native histogram; numbers are strings, as floats are there. */
export interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  /**
   * `[boundary rule, lower, upper, count]`; the rule says which bounds belong to the bucket:
   * 0 the upper, 1 the lower, 2 none, 3 both.
   */
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

/** What the HTTP API puts for a histogram sample. Source: Prometheus' HTTP API documentation. */
export function histogramToJson(h: FloatHistogram): HistogramJson {
  const buckets = allBuckets(h)
    .filter((bucket) => bucket.count !== 0)
    .map((bucket) => {
      const rule = bucket.lowerInclusive
        ? bucket.upperInclusive
          ? 3
          : 1
        : bucket.upperInclusive
          ? 0
          : 2;
      return [
        rule,
        formatSample(bucket.lower),
        formatSample(bucket.upper),
        formatSample(bucket.count),
      ] as const;
    });
  const totals = { count: formatSample(h.count), sum: formatSample(h.sum) };
  return buckets.length === 0 ? totals : { ...totals, buckets };
}
