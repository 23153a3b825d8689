import { double, madOverTime, quantileOverTime } from './float-order.ts';
import * as mixed from './mixed-over-time.ts';
import { mixedChanges, mixedResets } from './mixed-pairs.ts';
import { mixedExtrapolated, mixedInstantaneous } from './mixed-rate.ts';
import * as over from './over-time.ts';
import type { FloatWindows, RangeFunction } from './range-function.ts';
import { countPairs, extrapolated, instantaneous } from './rate.ts';
import { overlapsMuch } from './sliding.ts';
import { slidingVariance } from './sliding-moments.ts';
import { slidingMean, slidingSum } from './sliding-sum.ts';
import { deriv, predictLinear } from './trend.ts';
import { weightedCount, weightedMean, weightedSum } from './weighted.ts';

const ALL_MODES = ['anchored', 'smoothed'] as const;

/** Every function over a range vector but `absent_over_time`, which looks at all series together. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>(
  Object.entries({
    avg_over_time: {
      floats: meanOfFloats,
      mixed: mixed.average,
    },
    changes: {
      floats: (windows) =>
        countPairs(windows, (a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b))),
      mixed: mixedChanges,
      modes: ['anchored'],
    },
    count_over_time: {
      floats: (windows) => {
        const { weights } = windows.samples;
        if (weights === undefined) over.count(windows);
        else weightedCount(windows, weights);
      },
      mixed: mixed.count,
    },
    delta: {
      floats: (windows) => extrapolated(windows, false, false),
      mixed: (window) => mixedExtrapolated(window, false, false),
      modes: ALL_MODES,
    },
    deriv: { floats: deriv.floats, mixed: deriv.mixed },
    double_exponential_smoothing: { floats: double.floats, mixed: double.mixed },
    first_over_time: { floats: over.first, mixed: mixed.first, keepsName: true },
    idelta: {
      floats: (windows) => instantaneous(windows, false),
      mixed: (window) => mixedInstantaneous(window, false),
    },
    increase: {
      floats: (windows) => extrapolated(windows, true, false),
      mixed: (window) => mixedExtrapolated(window, true, false),
      modes: ALL_MODES,
    },
    irate: {
      floats: (windows) => instantaneous(windows, true),
      mixed: (window) => mixedInstantaneous(window, true),
    },
    last_over_time: { floats: over.last, mixed: mixed.last, keepsName: true },
    mad_over_time: madOverTime,
    max_over_time: {
      floats: (windows) => over.extreme(windows, 1, false, false),
      mixed: (window) => mixed.extreme(window, (value, best) => value > best, false),
    },
    min_over_time: {
      floats: (windows) => over.extreme(windows, -1, false, false),
      mixed: (window) => mixed.extreme(window, (value, best) => value < best, false),
    },
    predict_linear: { floats: predictLinear.floats, mixed: predictLinear.mixed },
    present_over_time: { floats: over.present, mixed: () => 1 },
    quantile_over_time: quantileOverTime,
    rate: {
      floats: (windows) => extrapolated(windows, true, true),
      mixed: (window) => mixedExtrapolated(window, true, true),
      modes: ALL_MODES,
    },
    resets: {
      floats: (windows) => countPairs(windows, (a, b) => b < a),
      mixed: mixedResets,
      modes: ['anchored'],
    },
    stddev_over_time: {
      floats: (windows) => varianceOfFloats(windows, Math.sqrt),
      mixed: (window) => mixed.variance(window, Math.sqrt),
    },
    stdvar_over_time: {
      floats: (windows) => varianceOfFloats(windows, (variance) => variance),
      mixed: (window) => mixed.variance(window, (variance) => variance),
    },
    sum_over_time: {
      floats: (windows) => {
        const { weights } = windows.samples;
        if (weights === undefined) sumOfFloats(windows);
        else weightedSum(windows, weights, sumOfFloats);
      },
      mixed: mixed.sum,
    },
    ts_of_first_over_time: { floats: over.timeOfFirst, mixed: mixed.timeOfFirst },
    ts_of_last_over_time: { floats: over.timeOfLast, mixed: mixed.timeOfLast },
    ts_of_max_over_time: {
      floats: (windows) => over.extreme(windows, 1, true, true),
      mixed: (window) => mixed.extreme(window, (value, best) => value >= best, true),
    },
    ts_of_min_over_time: {
      floats: (windows) => over.extreme(windows, -1, true, true),
      mixed: (window) => mixed.extreme(window, (value, best) => value <= best, true),
    },
  } satisfies Record<string, RangeFunction>),
);

function sumOfFloats(windows: FloatWindows): void {
  if (overlapsMuch(windows)) slidingSum(windows);
  else over.direct(windows, over.sumOf);
}

function meanOfFloats(windows: FloatWindows): void {
  const { weights } = windows.samples;
  if (weights !== undefined) weightedMean(windows, weights, sumOfFloats);
  else if (overlapsMuch(windows)) slidingMean(windows);
  else over.direct(windows, over.meanOf);
}

function varianceOfFloats(windows: FloatWindows, finish: (variance: number) => number): void {
  if (overlapsMuch(windows)) slidingVariance(windows, finish);
  else over.direct(windows, (values, first, last) => finish(over.varianceOf(values, first, last)));
}
