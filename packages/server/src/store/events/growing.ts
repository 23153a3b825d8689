import { bytesOf } from '../native-format.ts';

type Numbers = Float64Array | Uint8Array | Uint32Array;

const FIRST = 32;

/** Numbers of one width, one after the other. */
export class Growing<T extends Numbers> {
  #array: T;
  #length = 0;
  readonly #make: new (
    length: number,
  ) => T;

  constructor(make: new (length: number) => T) {
    this.#make = make;
    this.#array = new make(FIRST);
  }

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const grown = new this.#make(2 * this.#length);
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.#length++] = value;
  }

  /** Valid until the next number. */
  get values(): T {
    return this.#array.subarray(0, this.#length) as T;
  }

  /** As little-endian bytes. */
  get view(): Uint8Array {
    return bytesOf(this.values);
  }
}

/** Whole numbers of up to 53 bits as 64-bit integers: the lower half, then the upper, negative ones in two's complement. */
export class Int64s {
  readonly #halves = new Growing(Uint32Array);

  push(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.#halves.push(value - high * 0x1_0000_0000);
    this.#halves.push(high);
  }

  get view(): Uint8Array {
    return this.#halves.view;
  }
}
