import { GENERATION_BYTES } from '../bytes/generations.ts';
import type { CheckedLabels } from './check-labels.ts';

/** What a symbol, a label and a label set take in memory beside their characters. */
const [SYMBOL_BYTES, LABEL_BYTES, SET_BYTES] = [60, 40, 100];
const MOST_SYMBOLS = 500_000;
const MOST_SERIES = 200_000;

/**
 * Label sets by the symbols that requests of 2.0 refer to. Every request numbers its strings anew, so each string gets
 * a number here that stays, and a series is looked up by the numbers of its strings. What is refused is not kept. When full it begins anew.
 */
export class SymbolCache {
  #numbers = new Map<string, number>();
  #labels = new Map<string, CheckedLabels>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = 2 * GENERATION_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#numbers.size + this.#labels.size;
  }

  /** To be called before and after the symbols of a request are numbered: in a request no number changes. */
  makeRoom(): void {
    const isFull = this.#numbers.size > MOST_SYMBOLS || this.#labels.size > MOST_SERIES;
    if (!isFull && this.#bytes <= this.#mostBytes) return;
    this.#numbers = new Map();
    this.#labels = new Map();
    this.#bytes = 0;
  }

  numberOf(symbol: string): number {
    const known = this.#numbers.get(symbol);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(symbol, number);
    this.#bytes += SYMBOL_BYTES + symbol.length;
    return number;
  }

  /** @param numbers Of names and values in turn. */
  labels(numbers: readonly number[], check: () => CheckedLabels): CheckedLabels {
    const units: number[] = [];
    for (const number of numbers) units.push(number >>> 16, number & 0xffff);
    const key = String.fromCharCode(...units);
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    const checked = check();
    if (checked.problem !== undefined) return checked;
    this.#labels.set(key, checked);
    this.#bytes += SET_BYTES + LABEL_BYTES * numbers.length;
    return checked;
  }
}
