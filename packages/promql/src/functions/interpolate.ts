import { add, sub } from '../histogram/arithmetic.ts';
import { detectReset } from '../histogram/compare.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import { mul } from '../histogram/scale.ts';

/** The value at a time between two samples, on a straight line; a counter that was reset rises from zero. */
export function interpolateFloat(
  timeA: number,
  a: number,
  timeB: number,
  b: number,
  time: number,
  isCounter: boolean,
): number {
  const from = isCounter && b < a ? 0 : a;
  return from + ((b - from) * (time - timeA)) / (timeB - timeA);
}

/** The same for histograms of the same kind of schema, bucket by bucket. */
export function interpolateHistogram(
  timeA: number,
  a: FloatHistogram,
  timeB: number,
  b: FloatHistogram,
  time: number,
  isCounter: boolean,
): FloatHistogram {
  const share = (time - timeA) / (timeB - timeA);
  if (isCounter && detectReset(b, a)) return mul(b, share);
  const step = sub(b, a);
  const sum = step && add(a, mul(step.result, share));
  return sum === undefined ? a : { ...sum.result, hint: a.hint };
}
