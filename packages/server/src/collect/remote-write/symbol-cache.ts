import type { CheckedLabels } from './check-labels.ts';

const MOST_SYMBOLS = 500_000;
const MOST_SERIES = 200_000;

/**
 * Label sets by the symbols that requests of 2.0 refer to. Every request numbers its strings anew, so each string gets
 * a number here that stays, and a series is looked up by the numbers of its strings. When full it begins anew.
 */
export class SymbolCache {
  #numbers = new Map<string, number>();
  #labels = new Map<string, CheckedLabels>();

  /** To be called before the symbols of a request are numbered: in a request no number changes. */
  makeRoom(): void {
    if (this.#numbers.size <= MOST_SYMBOLS && this.#labels.size <= MOST_SERIES) return;
    this.#numbers = new Map();
    this.#labels = new Map();
  }

  numberOf(symbol: string): number {
    const known = this.#numbers.get(symbol);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(symbol, number);
    return number;
  }

  /** @param numbers Of names and values in turn. */
  labels(numbers: readonly number[], check: () => CheckedLabels): CheckedLabels {
    const units: number[] = [];
    for (const number of numbers) units.push(number >>> 16, number & 0xffff);
    const key = String.fromCharCode(...units);
    let labels = this.#labels.get(key);
    if (labels === undefined) {
      labels = check();
      this.#labels.set(key, labels);
    }
    return labels;
  }
}
