import {
  noteMixedFloats,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from '../engine/histogram-notes.ts';
import { add, sub } from '../histogram/arithmetic.ts';
import { detectReset } from '../histogram/compare.ts';
import { type FloatHistogram, histogram, usesCustomBuckets } from '../histogram/float-histogram.ts';
import { compact } from '../histogram/layout.ts';
import { div, mul } from '../histogram/scale.ts';
import { extendedRate } from './extended-rate.ts';
import { floatCount } from './mixed-over-time.ts';
import type { MixedWindow, WindowResult } from './range-function.ts';
import { extrapolationFactor } from './rate.ts';
import { isStartReset, startOverlaps } from './start-time.ts';

/** `rate`, `increase` and `delta` of a window with histograms, start times or extended edges. */
export function mixedExtrapolated(
  window: MixedWindow,
  isCounter: boolean,
  isRate: boolean,
): WindowResult {
  if (window.mode !== 'plain') return extendedRate(window, isCounter, isRate);
  if (window.histograms.length > 0 && window.floats.length > 0) {
    noteMixedFloats(window.annotations, window.metric, window.at);
    return undefined;
  }
  if (isCounter) noteOverlaps(window);
  return window.histograms.length > 0
    ? histogramRate(window, isCounter, isRate)
    : floatRate(window, isCounter, isRate);
}

function noteOverlaps(window: MixedWindow): void {
  const ofFloats = window.floats.length > 0;
  const times = ofFloats ? window.floatTimes : window.histogramTimes;
  const starts = ofFloats ? window.floatStarts : window.histogramStarts;
  for (let k = 1; k < starts.length; k++) {
    if (!startOverlaps(starts[k - 1]!, times[k - 1]!, starts[k]!)) continue;
    window.annotations.warn(
      `sample has start time that overlaps with previous sample timestamp for metric ${JSON.stringify(window.metric)}`,
      window.at,
    );
    return;
  }
}

/** The start of the first sample, where it lies inside the window: the counter was zero there. */
function zeroPoint(window: MixedWindow, starts: readonly number[], firstTime: number) {
  const [start] = starts;
  const inside = start !== undefined && start > window.rangeStart && start < firstTime;
  return start !== 0 && inside ? start : undefined;
}

/** {@link extrapolationFactor} over `count` samples that may begin with a known zero point. */
function factorOf(
  window: MixedWindow,
  times: readonly number[],
  count: number,
  zero: number | undefined,
  zeroShare: number,
): number {
  const first = times[0]!;
  const last = times.at(-1)!;
  if (zero === undefined) {
    const { rangeStart, rangeEnd } = window;
    return extrapolationFactor(first, last, count - 1, rangeStart, rangeEnd, zeroShare);
  }
  // From a known zero there is nothing to guess on the left.
  const sampled = (last - zero) / 1000;
  const average = count > 1 ? (last - first) / 1000 / (count - 1) : 0;
  const toEnd = (window.rangeEnd - last) / 1000;
  return (sampled + (toEnd >= average * 1.1 ? average / 2 : toEnd)) / sampled;
}

function floatRate(window: MixedWindow, isCounter: boolean, isRate: boolean): WindowResult {
  const { floats, floatTimes, floatStarts } = window;
  if (floats.length === 0) return undefined;
  const zero = isCounter ? zeroPoint(window, floatStarts, floatTimes[0]!) : undefined;
  if (floats.length < 2 && zero === undefined) return undefined;
  let result = floats.at(-1)! - (zero === undefined ? floats[0]! : 0);
  for (let k = 1; isCounter && k < floats.length; k++) {
    const reset =
      floats[k]! < floats[k - 1]! ||
      (k < floatStarts.length &&
        isStartReset(floatStarts[k - 1]!, floatTimes[k - 1]!, floatStarts[k]!, floatTimes[k]!));
    if (reset) result += floats[k - 1]!;
  }
  const zeroShare = isCounter && result > 0 && floats[0]! >= 0 ? floats[0]! / result : -1;
  const factor = factorOf(window, floatTimes, floatCount(window), zero, zeroShare);
  return result * (isRate ? factor / (window.range / 1000) : factor);
}

function histogramRate(window: MixedWindow, isCounter: boolean, isRate: boolean): WindowResult {
  const { histograms, histogramTimes, histogramStarts } = window;
  const zero = isCounter ? zeroPoint(window, histogramStarts, histogramTimes[0]!) : undefined;
  if (histograms.length < 2 && zero === undefined) return undefined;
  const growth = histogramGrowth(window, isCounter, zero !== undefined);
  if (growth === undefined) return undefined;
  const first = histograms[0]!.count;
  const zeroShare = isCounter && growth.count > 0 && first >= 0 ? first / growth.count : -1;
  const factor = factorOf(window, histogramTimes, histograms.length, zero, zeroShare);
  return mul(growth, isRate ? factor / (window.range / 1000) : factor);
}

/** The difference between the last and the first histogram, with what resets took added back. */
function histogramGrowth(
  window: MixedWindow,
  isCounter: boolean,
  fromZero: boolean,
): FloatHistogram | undefined {
  const { histograms, annotations, metric, at } = window;
  const last = histograms.at(-1)!;
  noteHints(window, isCounter);
  const resets = isCounter ? resetsOf(window) : [];
  // A first sample that a reset wiped out is not looked at, so its layout does not matter.
  const ignoresFirst = !fromZero && resets[0] === 1;
  const { schema, customValues, zeroThreshold } = histograms[1] ?? last;
  const empty = histogram({ schema, customValues, zeroThreshold });
  const base = fromZero || ignoresFirst ? empty : histograms[0]!;
  const relevant = isCounter ? [base, ...histograms.slice(1)] : [base, last];
  if (relevant.some((one) => usesCustomBuckets(one) !== usesCustomBuckets(last))) {
    noteMixedSchemas(annotations, metric, at);
    return undefined;
  }
  let growth = difference(window, last, base);
  for (const k of resets) {
    if (growth === undefined || (k === 1 && ignoresFirst)) continue;
    const sum = add(growth, histograms[k - 1]!);
    if (sum?.boundsReconciled) noteReconciled(annotations, 'addition', at);
    growth = sum && compact({ ...sum.result, hint: 'gauge' });
  }
  return growth;
}

function resetsOf(window: MixedWindow): number[] {
  const resets: number[] = [];
  for (let k = 1; k < window.histograms.length; k++) if (isReset(window, k)) resets.push(k);
  return resets;
}

function difference(
  window: MixedWindow,
  last: FloatHistogram,
  first: FloatHistogram,
): FloatHistogram | undefined {
  const sum = sub(last, first);
  if (sum === undefined) {
    noteMixedSchemas(window.annotations, window.metric, window.at);
    return undefined;
  }
  if (sum.boundsReconciled) noteReconciled(window.annotations, 'subtraction', window.at);
  return compact({ ...sum.result, hint: 'gauge' });
}

function isReset(window: MixedWindow, k: number): boolean {
  const { histograms, histogramTimes: times, histogramStarts: starts } = window;
  if (k < starts.length && isStartReset(starts[k - 1]!, times[k - 1]!, starts[k]!, times[k]!))
    return true;
  return detectReset(histograms[k]!, histograms[k - 1]!);
}

/** Counters must not be gauges, and gauges should be. */
function noteHints(window: MixedWindow, isCounter: boolean): void {
  const { histograms, annotations, metric, at } = window;
  if (isCounter) {
    if (histograms.some((one) => one.hint === 'gauge')) noteNotCounter(annotations, metric, at);
    return;
  }
  if (histograms[0]!.hint !== 'gauge' || histograms.at(-1)!.hint !== 'gauge')
    noteNotGauge(annotations, metric, at);
}

interface Point {
  readonly time: number;
  readonly start: number;
  readonly value: number | FloatHistogram;
}

/** `irate` and `idelta`: between the last two samples, whatever they are. */
export function mixedInstantaneous(window: MixedWindow, isRate: boolean): WindowResult {
  const points = lastTwo(window);
  if (points === undefined) return undefined;
  const [before, now] = points;
  const seconds = (now.time - before.time) / 1000;
  if (seconds === 0) return undefined;
  const reset = isStartReset(before.start, before.time, now.start, now.time);
  if (typeof now.value === 'number' && typeof before.value === 'number') {
    const fresh = isRate && (now.value < before.value || reset);
    const result = fresh ? now.value : now.value - before.value;
    return isRate ? result / seconds : result;
  }
  if (typeof now.value === 'number' || typeof before.value === 'number') {
    noteMixedFloats(window.annotations, window.metric, window.at);
    return undefined;
  }
  const gauges = [now.value, before.value].filter((one) => one.hint === 'gauge').length;
  if (isRate && gauges > 0) noteNotCounter(window.annotations, window.metric, window.at);
  if (!isRate && gauges < 2) noteNotGauge(window.annotations, window.metric, window.at);
  if (isRate && (reset || detectReset(now.value, before.value)))
    return div(compact({ ...now.value, hint: 'gauge' }), seconds);
  const result = difference(window, now.value, before.value);
  return result && isRate ? div(result, seconds) : result;
}

function lastTwo(window: MixedWindow): [Point, Point] | undefined {
  const points: Point[] = [
    ...window.floats
      .slice(-2)
      .map((value, i, all) => point(window.floatTimes, window.floatStarts, value, i - all.length)),
    ...window.histograms
      .slice(-2)
      .map((value, i, all) =>
        point(window.histogramTimes, window.histogramStarts, value, i - all.length),
      ),
  ].sort((a, b) => a.time - b.time);
  if (points.length < 2) return undefined;
  return [points.at(-2)!, points.at(-1)!];
}

function point(
  times: readonly number[],
  starts: readonly number[],
  value: number | FloatHistogram,
  fromEnd: number,
): Point {
  return { time: times.at(fromEnd)!, start: starts.at(fromEnd) ?? 0, value };
}
