import { FLOAT } from '../engine/column.ts';
import { noteMixed } from './float-order.ts';
import type { FloatWindows, MixedWindow, RangeFunction } from './range-function.ts';
import { type Line, linearRegression } from './regression.ts';
import { overlapsMuch } from './sliding.ts';
import { slidingLine } from './sliding-moments.ts';

/** Fits a line in each window of at least two samples. */
function eachLine(
  windows: FloatWindows,
  interceptTime: (i: number, first: number) => number,
  read: (line: Line, i: number) => number,
): void {
  if (overlapsMuch(windows)) {
    slidingLine(windows, interceptTime, read);
    return;
  }
  const { samples, lo, hi, steps, kinds, values } = windows;
  for (let i = 0; i < steps; i++) {
    const first = lo[i]!;
    const last = hi[i]! - 1;
    if (last <= first) continue;
    const line = linearRegression(
      samples.times,
      samples.values,
      first,
      last,
      interceptTime(i, first),
    );
    values[i] = read(line, i);
    kinds[i] = FLOAT;
  }
}

function oneLine(
  window: MixedWindow,
  interceptTime: number,
  read: (line: Line) => number,
): number | undefined {
  const { floats, floatTimes } = window;
  if (floats.length > 0) noteMixed(window);
  if (floats.length < 2) return undefined;
  return read(linearRegression(floatTimes, floats, 0, floats.length - 1, interceptTime));
}

/** The slope of the fitted line. Times count from the window's first sample, to keep the digits. */
export const deriv: RangeFunction = {
  floats: (windows) =>
    eachLine(
      windows,
      (_, first) => windows.samples.times[first]!,
      (line) => line.slope,
    ),
  mixed: (window) => oneLine(window, window.floatTimes[0] ?? 0, (line) => line.slope),
};

/** Where the fitted line will be, so many seconds after the evaluation. */
export const predictLinear: RangeFunction = {
  floats: (windows) =>
    eachLine(
      windows,
      (i) => windows.evalStart + i * windows.evalStep,
      (line, i) => line.slope * windows.parameters[0]![i]! + line.intercept,
    ),
  mixed: (window) =>
    oneLine(window, window.evalTime, (line) => line.slope * window.parameters[0]! + line.intercept),
};
