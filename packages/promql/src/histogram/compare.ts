import { type Buckets, type FloatHistogram, usesCustomBuckets } from './float-histogram.ts';
import {
  beyond,
  commonBounds,
  compact,
  reduceBuckets,
  sameBounds,
  toBounds,
  zeroCountFor,
} from './layout.ts';

/** Whether two histograms hold the same observations in the same layout; hints do not count. */
export function equals(a: FloatHistogram, b: FloatHistogram): boolean {
  const [x, y] = [compact(a), compact(b)];
  return (
    x.schema === y.schema &&
    same(x.count, y.count) &&
    same(x.sum, y.sum) &&
    x.zeroThreshold === y.zeroThreshold &&
    same(x.zeroCount, y.zeroCount) &&
    sameBounds(x.customValues, y.customValues) &&
    sameBuckets(x.positive, y.positive) &&
    sameBuckets(x.negative, y.negative)
  );
}

function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function sameBuckets(a: Buckets, b: Buckets): boolean {
  return (
    sameBounds(a.indices, b.indices) && a.counts.every((count, i) => same(count, b.counts[i]!))
  );
}

/** Whether a counter histogram was reset since `previous`: something went down, or got finer. */
export function detectReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  if (h.hint === 'reset') return true;
  if (h.hint === 'not_reset') return false;
  if (h.count < previous.count) return true;
  if (usesCustomBuckets(h) !== usesCustomBuckets(previous)) return true;
  if (usesCustomBuckets(h)) return customReset(h, previous);
  if (h.schema > previous.schema || h.zeroThreshold < previous.zeroThreshold) return true;
  const { threshold, zeroCount } = zeroCountFor(previous, h.zeroThreshold);
  if (threshold !== h.zeroThreshold || h.zeroCount < zeroCount) return true;
  const before = (buckets: Buckets): Buckets =>
    beyond(reduceBuckets(buckets, previous.schema, h.schema), h.schema, h.zeroThreshold);
  return (
    wentDown(h.positive, before(previous.positive)) ||
    wentDown(h.negative, before(previous.negative))
  );
}

function customReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  if (sameBounds(h.customValues, previous.customValues))
    return wentDown(h.positive, previous.positive);
  const bounds = commonBounds(h.customValues, previous.customValues);
  return wentDown(toBounds(h, bounds).positive, toBounds(previous, bounds).positive);
}

function wentDown(now: Buckets, before: Buckets): boolean {
  let j = 0;
  for (let i = 0; i < before.indices.length; i++) {
    if (before.counts[i] === 0) continue;
    while (j < now.indices.length && now.indices[j]! < before.indices[i]!) j++;
    if (now.indices[j] !== before.indices[i] || now.counts[j]! < before.counts[i]!) return true;
  }
  return false;
}
