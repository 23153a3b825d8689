import type { Labels } from '@bellwether/promql';

const FIRST_CAPACITY = 32;

/**
 * The recent samples of one series: two columns that grow by doubling and drop their oldest part from the front.
 * A stale marker is a signalling NaN that a JS number cannot hold, so it is a bit beside the value.
 */
export class Series {
  readonly id: string;
  readonly labels: Labels;
  /** False once a stale marker was the last sample: the next sample begins anew. */
  live = false;
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #stale: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  constructor(id: string, labels: Labels) {
    this.id = id;
    this.labels = labels;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get lastTime(): number {
    return this.#end > this.#start ? this.#times[this.#end - 1]! : -Infinity;
  }

  get lastValue(): number {
    return this.#end > this.#start ? this.#values[this.#end - 1]! : Number.NaN;
  }

  get firstTime(): number {
    return this.#end > this.#start ? this.#times[this.#start]! : Infinity;
  }

  /** Appends a sample that must be newer than the last one. */
  push(time: number, value: number, stale: boolean): void {
    if (this.#end === this.#times.length) this.#makeRoom();
    this.#times[this.#end] = time;
    this.#values[this.#end] = stale ? Number.NaN : value;
    if (stale) {
      this.#stale ??= new Uint8Array(this.#times.length);
      this.#stale[this.#end] = 1;
    } else if (this.#stale !== undefined) this.#stale[this.#end] = 0;
    this.#end++;
    this.live = !stale;
  }

  /** Drops samples older than `time`; memory is given back when half of the columns is unused. */
  dropBefore(time: number): void {
    while (this.#start < this.#end && this.#times[this.#start]! < time) this.#start++;
    if (this.#start > this.#times.length / 2 && this.#times.length > FIRST_CAPACITY)
      this.#resize(Math.max(FIRST_CAPACITY, this.#times.length / 2));
  }

  /** Views of the samples within [from, to]; valid until the next write to this series. */
  slice(
    from: number,
    to: number,
  ): { times: Float64Array; values: Float64Array; stale?: Uint8Array } {
    const a = this.#lowerBound(from);
    const b = this.#lowerBound(to + 1);
    const times = this.#times.subarray(a, b);
    const values = this.#values.subarray(a, b);
    if (this.#stale === undefined) return { times, values };
    return { times, values, stale: packBits(this.#stale.subarray(a, b)) };
  }

  #lowerBound(time: number): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(): void {
    const half = this.#times.length / 2;
    this.#resize(this.#start >= half ? this.#times.length : this.#times.length * 2);
  }

  /** Moves the samples into new columns: views handed out before stay as they were. */
  #resize(capacity: number): void {
    const length = this.length;
    const size = Math.max(capacity, length);
    const times = new Float64Array(size);
    const values = new Float64Array(size);
    times.set(this.#times.subarray(this.#start, this.#end));
    values.set(this.#values.subarray(this.#start, this.#end));
    if (this.#stale !== undefined) {
      const stale = new Uint8Array(size);
      stale.set(this.#stale.subarray(this.#start, this.#end));
      this.#stale = stale;
    }
    this.#times = times;
    this.#values = values;
    this.#start = 0;
    this.#end = length;
  }
}

/** Packs one byte a sample into one bit a sample, lowest bit first; undefined when none is set. */
export function packBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3);
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}
