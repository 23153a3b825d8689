import { add, sub } from './arithmetic.ts';
import { detectReset } from './compare.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { compact } from './layout.ts';

/**
 * The sum of two histograms, in the coarser of their layouts.
 *
 * @throws RangeError where one has exponential and the other custom buckets
 */
export function addHistograms(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  return resultOf(add(a, b));
}

/** The difference of two histograms; throws as {@link addHistograms} does. */
export function subtractHistograms(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  return resultOf(sub(a, b));
}

function resultOf(sum: ReturnType<typeof add>): FloatHistogram {
  if (sum === undefined)
    throw new RangeError('histograms with exponential and custom buckets cannot be joined');
  return sum.result;
}

/** Whether a counter histogram was reset since the sample before it. */
export function detectHistogramReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  return detectReset(h, previous);
}

/** The histogram without its empty buckets. */
export function compactHistogram(h: FloatHistogram): FloatHistogram {
  return compact(h);
}
