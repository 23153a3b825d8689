import { meanOf } from './over-time.ts';
import type { FloatWindows } from './range-function.ts';
import { type Sliding, slide } from './sliding.ts';

/** Compensated sums of sliding windows. */
class SlidingSum implements Sliding {
  readonly #sums: Float64Array;
  readonly #rests: Float64Array;
  #sum = 0;
  #rest = 0;

  constructor(readonly samples: Float64Array) {
    this.#sums = new Float64Array(samples.length + 1);
    this.#rests = new Float64Array(samples.length + 1);
  }

  rebuild(from: number, end: number): void {
    const { samples } = this;
    let sum = 0;
    let rest = 0;
    this.#sums[end] = 0;
    this.#rests[end] = 0;
    for (let k = end - 1; k >= from; k--) {
      const value = samples[k]!;
      const next = sum + value;
      rest += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
      this.#sums[k] = sum;
      this.#rests[k] = rest;
    }
  }

  restart(): void {
    this.#sum = 0;
    this.#rest = 0;
  }

  add(k: number): void {
    const value = this.samples[k]!;
    const sum = this.#sum;
    const next = sum + value;
    this.#rest += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    this.#sum = next;
  }

  /** The sum without what rounding lost; {@link rest} has that. */
  total(from: number): number {
    return this.#sums[from]! + this.#sum;
  }

  rest(from: number): number {
    const older = this.#sums[from]!;
    const newer = this.#sum;
    const total = older + newer;
    const lost = Math.abs(older) >= Math.abs(newer) ? older - total + newer : newer - total + older;
    return this.#rests[from]! + this.#rest + lost;
  }

  value(from: number): number {
    const total = this.total(from);
    return Number.isFinite(total) ? total + this.rest(from) : total;
  }
}

export function slidingSum(windows: FloatWindows): void {
  slide(windows, new SlidingSum(windows.samples.values));
}

/** Means of sliding windows; where only the sum is too large, the window is gone through. */
export function slidingMean(windows: FloatWindows): void {
  const { values } = windows.samples;
  const sum = new SlidingSum(values);
  let infinite: Uint32Array | undefined;
  slide(windows, {
    rebuild: (from, end) => sum.rebuild(from, end),
    restart: () => sum.restart(),
    add: (k) => sum.add(k),
    value: (from, _middle, end) => {
      const total = sum.total(from);
      const count = end - from;
      if (Number.isFinite(total)) return total / count + sum.rest(from) / count;
      infinite ??= countInfinite(values);
      if (infinite[end]! > infinite[from]!) return total;
      return meanOf(values, from, end - 1);
    },
  });
}

/** `counts[k]`: how many of the first k values are NaN or infinite. */
function countInfinite(values: Float64Array): Uint32Array {
  const counts = new Uint32Array(values.length + 1);
  for (let k = 0; k < values.length; k++)
    counts[k + 1] = counts[k]! + (Number.isFinite(values[k]!) ? 0 : 1);
  return counts;
}
