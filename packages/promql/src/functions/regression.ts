import { KahanSum } from '../engine/kahan.ts';

/** A least-squares line through samples: `slope` per second, `intercept` at a given time. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Fits `values[first..last]` over their times; sums are compensated, as in Prometheus. */
export function linearRegression(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  first: number,
  last: number,
  interceptTime: number,
): Line {
  const initial = values[first]!;
  const x = new KahanSum();
  const y = new KahanSum();
  const xy = new KahanSum();
  const xx = new KahanSum();
  let constant = true;
  for (let k = first; k <= last; k++) {
    const value = values[k]!;
    if (value !== initial && k > first) constant = false;
    const at = (times[k]! - interceptTime) / 1000;
    x.add(at);
    y.add(value);
    xy.add(at * value);
    xx.add(at * at);
  }
  if (constant) {
    if (!Number.isFinite(initial) && !Number.isNaN(initial))
      return { slope: Number.NaN, intercept: Number.NaN };
    return { slope: 0, intercept: initial };
  }
  const n = last - first + 1;
  const sumX = x.sum + x.compensation;
  const sumY = y.sum + y.compensation;
  const covariance = xy.sum + xy.compensation - (sumX * sumY) / n;
  const variance = xx.sum + xx.compensation - (sumX * sumX) / n;
  const slope = covariance / variance;
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}
