import { formatShort } from '../text/number.ts';
import { type Bucket, negativeBuckets, positiveBuckets, zeroBucket } from './bounds.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** Prints a histogram as Prometheus does: `{count:3, sum:4.5, (1,2]:3}`. */
export function formatHistogram(h: FloatHistogram): string {
  const filled = [
    ...negativeBuckets(h).reverse(),
    ...(h.zeroCount === 0 ? [] : [zeroBucket(h)]),
    ...positiveBuckets(h),
  ].filter((bucket) => bucket.count !== 0);
  const parts = [
    `count:${formatShort(h.count)}`,
    `sum:${formatShort(h.sum)}`,
    ...filled.map(printBucket),
  ];
  return `{${parts.join(', ')}}`;
}

function printBucket(bucket: Bucket): string {
  const open = bucket.lowerInclusive ? '[' : '(';
  const close = bucket.upperInclusive ? ']' : ')';
  return `${open}${formatShort(bucket.lower)},${formatShort(bucket.upper)}${close}:${formatShort(bucket.count)}`;
}
