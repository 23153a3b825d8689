import {
  noteMixedFloats,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciled,
} from '../engine/histogram-notes.ts';
import { add, sub } from '../histogram/arithmetic.ts';
import { detectReset } from '../histogram/compare.ts';
import { type FloatHistogram, usesCustomBuckets } from '../histogram/float-histogram.ts';
import { compact } from '../histogram/layout.ts';
import { div } from '../histogram/scale.ts';
import { interpolateFloat, interpolateHistogram } from './interpolate.ts';
import type { MixedWindow, WindowResult } from './range-function.ts';

/** Which samples of an extended window count, and which of them lie across its edges. */
export interface Edges {
  readonly first: number;
  readonly last: number;
  readonly leftInside: boolean;
  readonly rightInside: boolean;
}

/**
 * The samples an `anchored` or `smoothed` range uses: from the last one at or before its start, to the
 * last one before its end or (smoothed) the first one at or after it.
 *
 * @returns `undefined` where no sample is later than the start
 */
export function edgesOf(
  times: readonly number[],
  window: Pick<MixedWindow, 'rangeStart' | 'rangeEnd' | 'mode'>,
): Edges | undefined {
  const { rangeStart, rangeEnd, mode } = window;
  let last = times.length - 1;
  let first = 0;
  while (first < last && times[first]! <= rangeStart) first++;
  first = Math.max(0, first - 1);
  if (mode === 'smoothed') {
    let k = 0;
    while (k < last && times[k]! < rangeEnd) k++;
    last = k;
  }
  if (last < 0 || times[last]! <= rangeStart) return undefined;
  return {
    first,
    last,
    leftInside: mode === 'smoothed' && times[first]! < rangeStart,
    rightInside: mode === 'smoothed' && last > 0 && times[last]! > rangeEnd,
  };
}

/** As {@link edgesOf}, but samples that all come after the range say nothing of growth inside of it. */
function growthEdges(times: readonly number[], window: MixedWindow): Edges | undefined {
  const edges = edgesOf(times, window);
  const isAfter = edges !== undefined && times[edges.first]! > window.rangeEnd;
  return isAfter ? undefined : edges;
}

/** `rate`, `increase` and `delta` between the edges of an extended range; nothing is extrapolated. */
export function extendedRate(
  window: MixedWindow,
  isCounter: boolean,
  isRate: boolean,
): WindowResult {
  if (window.histograms.length > 0 && window.floats.length > 0) {
    noteMixedFloats(window.annotations, window.metric, window.at);
    return undefined;
  }
  const seconds = window.range / 1000;
  if (window.histograms.length > 0) {
    const growth = histogramGrowth(window, isCounter);
    return growth && isRate ? div(growth, seconds) : growth;
  }
  const growth = floatGrowth(window, isCounter);
  return growth !== undefined && isRate ? growth / seconds : growth;
}

function floatGrowth(window: MixedWindow, isCounter: boolean): number | undefined {
  const { floats, floatTimes: times, rangeStart, rangeEnd } = window;
  const edges = growthEdges(times, window);
  if (edges === undefined) return undefined;
  const { first, last } = edges;
  const at = (k: number, time: number): number =>
    interpolateFloat(times[k]!, floats[k]!, times[k + 1]!, floats[k + 1]!, time, isCounter);
  const left = edges.leftInside ? at(first, rangeStart) : floats[first]!;
  const right = edges.rightInside ? at(last - 1, rangeEnd) : floats[last]!;
  let result = right - left;
  if (!isCounter) return result;
  const from = times[first]! <= rangeStart ? first + 1 : first;
  const to = times[last]! >= rangeEnd ? last - 1 : last;
  let before = left;
  for (let k = from; k <= to; k++) {
    if (floats[k]! < before) result += before;
    before = floats[k]!;
  }
  if (right < before) result += before;
  return result;
}

function histogramGrowth(window: MixedWindow, isCounter: boolean): FloatHistogram | undefined {
  const { histograms, histogramTimes: times, annotations, metric, at } = window;
  const edges = growthEdges(times, window);
  if (edges === undefined) return undefined;
  const { first, last } = edges;
  const used = histograms.slice(first, last + 1);
  if (used.some((one) => usesCustomBuckets(one) !== usesCustomBuckets(used[0]!))) {
    noteMixedSchemas(annotations, metric, at);
    return undefined;
  }
  if (isCounter && used.some((one) => one.hint === 'gauge'))
    noteNotCounter(annotations, metric, at);
  if (!isCounter && (used[0]!.hint !== 'gauge' || used.at(-1)!.hint !== 'gauge'))
    noteNotGauge(annotations, metric, at);
  const between = (k: number, time: number): FloatHistogram =>
    interpolateHistogram(
      times[k]!,
      histograms[k]!,
      times[k + 1]!,
      histograms[k + 1]!,
      time,
      isCounter,
    );
  const left = edges.leftInside ? between(first, window.rangeStart) : histograms[first]!;
  const right = edges.rightInside ? between(last - 1, window.rangeEnd) : histograms[last]!;
  let growth = joined(window, sub(right, left), 'subtraction');
  if (!isCounter) return compact(growth);
  // What each reset took is added back, except where the left edge lies on the rise after it already.
  for (let k = first + 1; k <= last; k++) {
    if (k === first + 1 && edges.leftInside) continue;
    if (detectReset(histograms[k]!, histograms[k - 1]!))
      growth = joined(window, add(growth, histograms[k - 1]!), 'addition');
  }
  return compact(growth);
}

function joined(
  window: MixedWindow,
  sum: ReturnType<typeof add>,
  operation: 'addition' | 'subtraction',
): FloatHistogram {
  // Layouts were compared before, so there is always a sum.
  if (sum!.boundsReconciled) noteReconciled(window.annotations, operation, window.at);
  return { ...sum!.result, hint: 'gauge' };
}
