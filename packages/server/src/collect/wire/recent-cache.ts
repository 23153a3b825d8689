const MOST = 100_000;

/**
 * What was made of a text, for as long as it keeps coming: a sender repeats the same series in every request, so their
 * labels are decoded and checked once, and those behind may recognise a series by its object. Two generations bound it:
 * what was used since the older one began is kept.
 */
export class RecentCache<V> {
  #recent = new Map<string, V>();
  #older = new Map<string, V>();

  get(key: string, make: () => V): V {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const value = this.#older.get(key) ?? make();
    if (this.#recent.size >= MOST) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, value);
    return value;
  }
}
