/** What one generation of a cache may take unless its user says otherwise. */
export const GENERATION_BYTES = 64 * 2 ** 20;

/**
 * What was used lately. Two generations bound it, in entries and in bytes: what was used since the older one began is
 * kept. Bytes are what their user reckons: labels may be four letters or four megabytes long.
 */
export class Generations<Key, Value> {
  readonly #most: number;
  readonly #mostBytes: number;
  #recent = new Map<Key, Value>();
  #older = new Map<Key, Value>();
  #bytes = 0;

  constructor(most: number, mostBytes = GENERATION_BYTES) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  recent(key: Key): Value | undefined {
    return this.#recent.get(key);
  }

  older(key: Key): Value | undefined {
    return this.#older.get(key);
  }

  keep(key: Key, value: Value, bytes: number): void {
    const isFull = this.#recent.size >= this.#most || this.#bytes + bytes > this.#mostBytes;
    if (isFull && !this.#recent.has(key)) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#bytes = 0;
    }
    this.#recent.set(key, value);
    this.#bytes += bytes;
  }

  /** How many there are in both. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }
}
