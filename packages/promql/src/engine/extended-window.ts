import type { MatrixSeries } from '../data/value.ts';
import { executionError } from '../error.ts';
import { edgesOf } from '../functions/extended-rate.ts';
import { interpolateFloat } from '../functions/interpolate.ts';
import type { MixedWindow } from '../functions/range-function.ts';
import type { RangeVector, Samples } from './range.ts';

/** The value of an `anchored` or `smoothed` range vector: its samples, with one at each edge. */
export function extendedWindow(
  samples: Samples,
  range: RangeVector,
): Omit<MatrixSeries, 'labels'> | undefined {
  if (samples.histograms !== undefined)
    throw executionError('smoothed and anchored modifiers do not work with native histograms');
  const rangeEnd = range.references.start;
  const rangeStart = rangeEnd - range.range;
  const times = [...samples.times];
  const values = samples.values;
  const bounds: Pick<MixedWindow, 'rangeStart' | 'rangeEnd' | 'mode'> = {
    rangeStart,
    rangeEnd,
    mode: range.mode,
  };
  const edges = edgesOf(times, bounds);
  if (edges === undefined) return undefined;
  const { first, last } = edges;
  const between = (k: number, time: number): number =>
    interpolateFloat(times[k]!, values[k]!, times[k + 1]!, values[k + 1]!, time, false);
  const left = edges.leftInside ? between(first, rangeStart) : values[first]!;
  const right = edges.rightInside ? between(last - 1, rangeEnd) : values[last]!;
  const from = times[first]! <= rangeStart ? first + 1 : first;
  const to = times[last]! >= rangeEnd ? last - 1 : last;
  return {
    times: Float64Array.from([rangeStart, ...times.slice(from, to + 1), rangeEnd]),
    values: Float64Array.from([left, ...values.slice(from, to + 1), right]),
  };
}
