import { FLOAT } from '../engine/column.ts';
import { smoothedValue } from './over-time.ts';
import { medianAbsoluteDeviation, quantile } from './quantile.ts';
import type { FloatWindows, MixedWindow, RangeFunction } from './range-function.ts';
import { overlapsMuch } from './sliding.ts';
import { slidingQuantile } from './sliding-quantile.ts';

/* Functions over the floats of a range whose histograms are ignored, with a note where both occur. */

/** Notes that histograms among the floats were ignored. */
export function noteMixed(window: MixedWindow): void {
  if (window.histograms.length === 0) return;
  window.annotations.info(
    `ignored histograms in a range containing both floats and histograms for metric name ${JSON.stringify(window.metric)}`,
    window.at,
  );
}

/** Applies `of` to a copy of each window's values; the copy may be written to. */
function ofCopy(windows: FloatWindows, of: (values: Float64Array, step: number) => number): void {
  const { samples, lo, hi, steps, kinds, values: results } = windows;
  let buffer = new Float64Array(64);
  for (let i = 0; i < steps; i++) {
    const size = hi[i]! - lo[i]!;
    if (size <= 0) continue;
    if (buffer.length < size) buffer = new Float64Array(size * 2);
    const copy = buffer.subarray(0, size);
    copy.set(samples.values.subarray(lo[i], hi[i]));
    results[i] = of(copy, i);
    kinds[i] = FLOAT;
  }
}

export const quantileOverTime: RangeFunction = {
  floats: (windows) => {
    const quantiles = windows.parameters[0]!;
    if (overlapsMuch(windows)) slidingQuantile(windows, quantiles);
    else ofCopy(windows, (values, i) => quantile(quantiles[i]!, values));
  },
  mixed: (window) => {
    if (window.floats.length === 0) return undefined;
    noteMixed(window);
    return quantile(window.parameters[0]!, Float64Array.from(window.floats));
  },
};

export const madOverTime: RangeFunction = {
  floats: (windows) => ofCopy(windows, medianAbsoluteDeviation),
  mixed: (window) => {
    if (window.floats.length === 0) return undefined;
    noteMixed(window);
    return medianAbsoluteDeviation(Float64Array.from(window.floats));
  },
};

export const double: RangeFunction = {
  floats: (windows) => {
    const { samples, lo, hi, steps, kinds, values, parameters } = windows;
    for (let i = 0; i < steps; i++) {
      if (hi[i]! - lo[i]! < 2) continue;
      const [smoothing, trend] = parameters as [Float64Array, Float64Array];
      values[i] = smoothedValue(samples.values, lo[i]!, hi[i]! - 1, smoothing[i]!, trend[i]!);
      kinds[i] = FLOAT;
    }
  },
  mixed: (window) => {
    const { floats, parameters } = window;
    if (floats.length > 0) noteMixed(window);
    if (floats.length < 2) return undefined;
    return smoothedValue(floats, 0, floats.length - 1, parameters[0]!, parameters[1]!);
  },
};
