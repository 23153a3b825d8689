import {
  noteMixedFloats,
  noteMixedSchemas,
  noteReconciled,
  noteResetCollision,
} from '../engine/histogram-notes.ts';
import { type Combined, hintsCollide, meanOfHistograms, sumHistograms } from '../histogram/mean.ts';
import { noteMixed } from './float-order.ts';
import { meanOf, sumOf, varianceOf } from './over-time.ts';
import type { MixedWindow, WindowResult } from './range-function.ts';
import { products } from './weighted.ts';

/* The `*_over_time` functions over windows that may hold histograms. */

export function sum(window: MixedWindow): WindowResult {
  const { floats, floatWeights, histograms } = window;
  if (isMixed(window)) return undefined;
  if (histograms.length === 0) {
    const values =
      floatWeights.length > 0 ? products(floats, floatWeights) : Float64Array.from(floats);
    return sumOf(values, 0, values.length - 1);
  }
  return combined(window, sumHistograms(histograms));
}

export function average(window: MixedWindow): WindowResult {
  const { floats, floatWeights, histograms } = window;
  if (isMixed(window)) return undefined;
  if (histograms.length === 0) {
    return floatWeights.length > 0
      ? sumOf(products(floats, floatWeights), 0, floats.length - 1) / floatCount(window)
      : meanOf(Float64Array.from(floats), 0, floats.length - 1);
  }
  return combined(window, meanOfHistograms(histograms));
}

export function count(window: MixedWindow): WindowResult {
  return floatCount(window) + window.histograms.length;
}

/** How many samples the floats of a window stand for. */
export function floatCount({ floats, floatWeights }: MixedWindow): number {
  return floatWeights.length > 0
    ? floatWeights.reduce((total, weight) => total + weight, 0)
    : floats.length;
}

function isMixed(window: MixedWindow): boolean {
  const { floats, histograms, annotations, metric, at } = window;
  if (floats.length === 0 || histograms.length === 0) return false;
  noteMixedFloats(annotations, metric, at);
  return true;
}

function combined(
  window: MixedWindow,
  outcome: Combined | { readonly failedAt: number },
): WindowResult {
  const { annotations, metric, at } = window;
  if ('failedAt' in outcome) {
    noteMixedSchemas(annotations, metric, at);
    return undefined;
  }
  if (hintsCollide(window.histograms)) noteResetCollision(annotations, 'aggregation', at);
  if (outcome.boundsReconciled) noteReconciled(annotations, 'aggregation', at);
  return outcome.value;
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
