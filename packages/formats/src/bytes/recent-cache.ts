import { Generations } from './generations.ts';

const MOST = 100_000;

/**
 * What was made of a text, for as long as it keeps coming: a sender repeats the same series in every request, so their
 * labels are decoded and checked once, and those behind may recognise a series by its object.
 */
export class RecentCache<V> {
  readonly #known: Generations<string, V>;

  /** @param mostBytes Of a generation; what is made of a text is taken to be as large as the text. */
  constructor(mostBytes?: number) {
    this.#known = new Generations(MOST, mostBytes);
  }

  get(key: string, make: () => V): V {
    const known = this.#known.recent(key);
    if (known !== undefined) return known;
    const value = this.#known.older(key) ?? make();
    this.#known.keep(key, value, ENTRY_BYTES + 4 * key.length);
    return value;
  }

  get size(): number {
    return this.#known.size;
  }
}

const ENTRY_BYTES = 400;
