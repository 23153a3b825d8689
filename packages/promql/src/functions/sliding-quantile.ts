import { FLOAT } from '../engine/column.ts';
import type { FloatWindows } from './range-function.ts';

/** A window's values kept in order while samples enter and leave; NaN are only counted, they sort first. */
class SortedWindow {
  #values = new Float64Array(64);
  #length = 0;
  #nans = 0;

  insert(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans++;
      return;
    }
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    const at = this.#place(value);
    this.#values.copyWithin(at + 1, at, this.#length);
    this.#values[at] = value;
    this.#length++;
  }

  remove(value: number): void {
    if (Number.isNaN(value)) {
      this.#nans--;
      return;
    }
    const at = this.#place(value);
    this.#values.copyWithin(at, at + 1, this.#length);
    this.#length--;
  }

  clear(): void {
    this.#length = 0;
    this.#nans = 0;
  }

  /** The first index whose value is not below `value`. */
  #place(value: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(index: number): number {
    return index < this.#nans ? Number.NaN : this.#values[index - this.#nans]!;
  }

  quantile(q: number): number {
    const length = this.#length + this.#nans;
    if (length === 0 || Number.isNaN(q)) return Number.NaN;
    if (q < 0) return Number.NEGATIVE_INFINITY;
    if (q > 1) return Number.POSITIVE_INFINITY;
    const rank = q * (length - 1);
    const lower = Math.floor(rank);
    const weight = rank - lower;
    const upper = Math.min(length - 1, lower + 1);
    return this.#at(lower) * (1 - weight) + this.#at(upper) * weight;
  }
}

/** Quantiles of sliding windows: each sample is put in its place once and taken out once. */
export function slidingQuantile(windows: FloatWindows, quantiles: Float64Array): void {
  const { samples, lo, hi, steps, kinds, values } = windows;
  const window = new SortedWindow();
  let from = 0;
  let to = 0;
  for (let i = 0; i < steps; i++) {
    if (hi[i]! <= lo[i]!) continue;
    if (lo[i]! >= to) {
      window.clear();
      from = lo[i]!;
      to = from;
    }
    for (; to < hi[i]!; to++) window.insert(samples.values[to]!);
    for (; from < lo[i]!; from++) window.remove(samples.values[from]!);
    values[i] = window.quantile(quantiles[i]!);
    kinds[i] = FLOAT;
  }
}
