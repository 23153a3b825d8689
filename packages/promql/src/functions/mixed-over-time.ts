import {
  noteMixedFloats,
  noteMixedSchemas,
  noteReconciled,
  noteResetCollision,
} from '../engine/histogram-notes.ts';
import { add, HistogramSum, overflows } from '../histogram/arithmetic.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import { div, mul } from '../histogram/scale.ts';
import { noteMixed } from './float-order.ts';
import { meanOf, sumOf, varianceOf } from './over-time.ts';
import type { MixedWindow, WindowResult } from './range-function.ts';

/* The `*_over_time` functions over windows that may hold histograms. */

export function sum(window: MixedWindow): WindowResult {
  const floats = onlyFloats(window);
  if (floats === 'mixed') return undefined;
  if (floats !== undefined) return sumOf(floats, 0, floats.length - 1);
  const total = totalOf(window, window.histograms);
  return total?.value;
}

export function average(window: MixedWindow): WindowResult {
  const floats = onlyFloats(window);
  if (floats === 'mixed') return undefined;
  if (floats !== undefined) return meanOf(floats, 0, floats.length - 1);
  const total = totalOf(window, window.histograms);
  if (total === undefined) return undefined;
  if (!overflows(total.sum)) return div(total.value, window.histograms.length);
  return incrementalMean(window.histograms);
}

function onlyFloats(window: MixedWindow): Float64Array | 'mixed' | undefined {
  const { floats, histograms, annotations, metric, at } = window;
  if (floats.length > 0 && histograms.length > 0) {
    noteMixedFloats(annotations, metric, at);
    return 'mixed';
  }
  return floats.length > 0 ? Float64Array.from(floats) : undefined;
}

function totalOf(
  window: MixedWindow,
  histograms: readonly FloatHistogram[],
): HistogramSum | undefined {
  const { annotations, metric, at } = window;
  const total = new HistogramSum(histograms[0]!);
  let reconciled = false;
  for (const one of histograms.slice(1)) {
    const sum = total.add(one);
    if (sum === undefined) {
      noteMixedSchemas(annotations, metric, at);
      return undefined;
    }
    reconciled ||= sum.boundsReconciled;
  }
  if (collides(histograms)) noteResetCollision(annotations, 'aggregation', at);
  if (reconciled) noteReconciled(annotations, 'aggregation', at);
  return total;
}

/** Some histograms say they were reset and others that they were not. */
export function collides(histograms: readonly FloatHistogram[]): boolean {
  return (
    histograms.some((one) => one.hint === 'reset') &&
    histograms.some((one) => one.hint === 'not_reset')
  );
}

/** The mean carried on from histogram to histogram, for sums that would overflow. */
export function incrementalMean(histograms: readonly FloatHistogram[]): FloatHistogram {
  let mean = histograms[0]!;
  for (let k = 1; k < histograms.length; k++) {
    const count = k + 1;
    const next = add(mul(mean, (count - 1) / count), div(histograms[k]!, count));
    mean = next?.result ?? mean;
  }
  return mean;
}

export function first(window: MixedWindow): WindowResult {
  const { floats, floatTimes, histograms, histogramTimes } = window;
  const float = floats[0];
  const histogram = histograms[0];
  if (histogram === undefined) return float;
  return float !== undefined && floatTimes[0]! < histogramTimes[0]! ? float : histogram;
}

export function last(window: MixedWindow): WindowResult {
  const { floats, floatTimes, histograms, histogramTimes } = window;
  const float = floats.at(-1);
  const histogram = histograms.at(-1);
  if (histogram === undefined) return float;
  return float !== undefined && histogramTimes.at(-1)! < floatTimes.at(-1)! ? float : histogram;
}

export function timeOfFirst(window: MixedWindow): WindowResult {
  const times = [window.floatTimes[0], window.histogramTimes[0]];
  return Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY)) / 1000;
}

export function timeOfLast(window: MixedWindow): WindowResult {
  const times = [window.floatTimes.at(-1), window.histogramTimes.at(-1)];
  return Math.max(...times.map((time) => time ?? Number.NEGATIVE_INFINITY)) / 1000;
}

export function extreme(
  window: MixedWindow,
  better: (value: number, best: number) => boolean,
  asTime: boolean,
): WindowResult {
  const { floats, floatTimes } = window;
  if (floats.length === 0) return undefined;
  noteMixed(window);
  let at = 0;
  for (let k = 0; k < floats.length; k++) {
    if (better(floats[k]!, floats[at]!) || Number.isNaN(floats[at]!)) at = k;
  }
  return asTime ? floatTimes[at]! / 1000 : floats[at]!;
}

export function variance(window: MixedWindow, finish: (variance: number) => number): WindowResult {
  const { floats } = window;
  if (floats.length === 0) return undefined;
  noteMixed(window);
  return finish(varianceOf(Float64Array.from(floats), 0, floats.length - 1));
}
