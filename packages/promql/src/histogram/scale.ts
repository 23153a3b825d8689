import type { Buckets, FloatHistogram } from './float-histogram.ts';
import { NO_BUCKETS } from './float-histogram.ts';

/** Every count and the sum times a factor; a negative factor makes the result a gauge. */
export function mul(h: FloatHistogram, factor: number): FloatHistogram {
  return {
    ...h,
    count: h.count * factor,
    sum: h.sum * factor,
    zeroCount: h.zeroCount * factor,
    positive: mapCounts(h.positive, (count) => count * factor),
    negative: mapCounts(h.negative, (count) => count * factor),
    hint: factor < 0 ? 'gauge' : h.hint,
  };
}

/** Every count and the sum divided; division by zero leaves no buckets. */
export function div(h: FloatHistogram, divisor: number): FloatHistogram {
  return {
    ...h,
    count: h.count / divisor,
    sum: h.sum / divisor,
    zeroCount: h.zeroCount / divisor,
    positive: divisor === 0 ? NO_BUCKETS : mapCounts(h.positive, (count) => count / divisor),
    negative: divisor === 0 ? NO_BUCKETS : mapCounts(h.negative, (count) => count / divisor),
    hint: divisor < 0 ? 'gauge' : h.hint,
  };
}

export function mapCounts(buckets: Buckets, change: (count: number) => number): Buckets {
  return { indices: buckets.indices, counts: buckets.counts.map(change) };
}
