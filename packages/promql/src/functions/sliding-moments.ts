import type { FloatWindows } from './range-function.ts';
import type { Line } from './regression.ts';
import { type Sliding, slide } from './sliding.ts';

/*
 * Variances and regression lines of sliding windows from central moments, which two runs of samples can
 * be joined by.
 *
 * T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
 * Sample Variances", 1979.
 *
 * A mean is kept as two floats, the second holding what rounding took from the first: where values are large beside
 * their spread, a rounded mean alone would decide the variance.
 */

/** Population variance of sliding windows, through `finish` (identity or square root). */
export function slidingVariance(windows: FloatWindows, finish: (variance: number) => number): void {
  const { values } = windows.samples;
  const means = new Float64Array(values.length + 1);
  const rests = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  let count = 0;
  let mean = 0;
  let rest = 0;
  let square = 0;
  slide(windows, {
    rebuild: (from, end) => {
      let n = 0;
      let m = 0;
      let r = 0;
      let s = 0;
      means[end] = 0;
      rests[end] = 0;
      squares[end] = 0;
      for (let k = end - 1; k >= from; k--) {
        n++;
        const value = values[k]!;
        const delta = value - m - r;
        const step = delta / n;
        const next = m + step;
        r += rounded(m, step, next);
        m = next;
        s += delta * (value - m - r);
        means[k] = m;
        rests[k] = r;
        squares[k] = s;
      }
    },
    restart: () => {
      count = 0;
      mean = 0;
      rest = 0;
      square = 0;
    },
    add: (k) => {
      count++;
      const value = values[k]!;
      const delta = value - mean - rest;
      const step = delta / count;
      const next = mean + step;
      rest += rounded(mean, step, next);
      mean = next;
      square += delta * (value - mean - rest);
    },
    value: (from, middle, end) => {
      const n = end - from;
      const older = middle - from;
      if (older === 0) return finish(square / n);
      if (count === 0) return finish(squares[from]! / n);
      const delta = mean - means[from]! + (rest - rests[from]!);
      return finish((squares[from]! + square + (delta * delta * older * count) / n) / n);
    },
  });
}

/** What rounding took from `sum = a + b`. */
function rounded(a: number, b: number, sum: number): number {
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
}

/** Moments of points (time in seconds, value): count, means, and sums of products around the means. */
class Moments {
  n = 0;
  x = 0;
  y = 0;
  xx = 0;
  xy = 0;

  clear(): void {
    this.n = 0;
    this.x = 0;
    this.y = 0;
    this.xx = 0;
    this.xy = 0;
  }

  add(x: number, y: number): void {
    this.n++;
    const dx = x - this.x;
    const dy = y - this.y;
    this.x += dx / this.n;
    this.y += dy / this.n;
    const fromMean = x - this.x;
    this.xx += dx * fromMean;
    this.xy += dy * fromMean;
  }
}

/** Regression lines of sliding windows; `read` makes a result of the line through the window. */
export function slidingLine(
  windows: FloatWindows,
  interceptTime: (step: number, from: number) => number,
  read: (line: Line, step: number) => number,
): void {
  const { times, values } = windows.samples;
  const origin = times[0] ?? 0;
  const suffix = [0, 1, 2, 3].map(() => new Float64Array(times.length + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [xs, ys, xxs, xys] = suffix;
  const runStarts = constantRuns(values);
  const run = new Moments();
  const scratch = new Moments();
  const at = (k: number): number => (times[k]! - origin) / 1000;
  const line: Sliding = {
    rebuild: (from, end) => {
      scratch.clear();
      for (let k = end - 1; k >= from; k--) {
        scratch.add(at(k), values[k]!);
        xs[k] = scratch.x;
        ys[k] = scratch.y;
        xxs[k] = scratch.xx;
        xys[k] = scratch.xy;
      }
    },
    restart: () => run.clear(),
    add: (k) => run.add(at(k), values[k]!),
    value: (from, middle, end, step) => {
      const constant = runStarts[end - 1]! <= from;
      if (constant) {
        const value = values[from]!;
        const known = Number.isFinite(value) || Number.isNaN(value);
        return read(
          known ? { slope: 0, intercept: value } : { slope: Number.NaN, intercept: Number.NaN },
          step,
        );
      }
      const older = middle - from;
      const n = end - from;
      let { x, y, xx, xy } = run;
      if (older > 0) {
        const dx = x - xs[from]!;
        const dy = y - ys[from]!;
        const weight = (older * run.n) / n;
        xx += xxs[from]! + dx * dx * weight;
        xy += xys[from]! + dx * dy * weight;
        x = (x * run.n + xs[from]! * older) / n;
        y = (y * run.n + ys[from]! * older) / n;
      }
      // There is no line through an infinite value, whatever the products with it are.
      const slope = Number.isFinite(y) ? xy / xx : Number.NaN;
      const reach = (interceptTime(step, from) - origin) / 1000 - x;
      return read({ slope, intercept: y + slope * reach }, step);
    },
  };
  slide(windows, line, 2);
}

/** For each index where the run of equal values it is in began. */
function constantRuns(values: Float64Array): Uint32Array {
  const starts = new Uint32Array(values.length);
  for (let k = 1; k < values.length; k++)
    starts[k] = values[k] === values[k - 1] ? starts[k - 1]! : k;
  return starts;
}
