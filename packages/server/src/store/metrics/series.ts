import type { FloatHistogram, Labels, Millis } from '@bellwether/promql';

const FIRST_CAPACITY = 32;

/** What a sample is: a number, a native histogram, or the mark that the series has ended. */
export type SampleValue = number | FloatHistogram | 'stale';

/** The samples of a stretch of time, as the engine wants them. Views, valid for as long as anyone holds them. */
export interface Columns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly stale?: Uint8Array;
  readonly histograms?: readonly (FloatHistogram | undefined)[];
}

/**
 * The recent samples of one series: two columns that grow by doubling and drop their oldest part from the front.
 * A stale marker is a signalling NaN that a JS number cannot hold, so it is a flag beside the value; histograms stand
 * beside it too. Written parts of a column are never changed in place, as queries hold views of them.
 */
export class Series {
  readonly id: string;
  readonly labels: Labels;
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #stale: Uint8Array | undefined;
  #histograms: (FloatHistogram | undefined)[] | undefined;
  #start = 0;
  #end = 0;

  constructor(id: string, labels: Labels) {
    this.id = id;
    this.labels = labels;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get lastTime(): Millis {
    return this.#end > this.#start ? this.#times[this.#end - 1]! : -Infinity;
  }

  /** Whether the last sample says that the series goes on. */
  get live(): boolean {
    return this.#end > this.#start && this.#stale?.[this.#end - 1] !== 1;
  }

  /** The sample at just this time, if there is one. */
  at(time: Millis): SampleValue | undefined {
    const i = this.#lowerBound(time);
    return i < this.#end && this.#times[i] === time ? this.#valueAt(i) : undefined;
  }

  /** Appends a sample that must be newer than the last one. */
  push(time: Millis, value: SampleValue): void {
    if (this.#end === this.#times.length) this.#makeRoom();
    this.#set(this.#end, time, value);
    this.#end++;
  }

  /** Puts a sample between others; there must be none at its time. Costs a copy of the series. */
  insert(time: Millis, value: SampleValue): void {
    const later: [Millis, SampleValue][] = [];
    const at = this.#lowerBound(time);
    for (let i = at; i < this.#end; i++) later.push([this.#times[i]!, this.#valueAt(i)]);
    this.#end = at;
    this.#resize(Math.max(FIRST_CAPACITY, this.length + later.length + 1));
    this.push(time, value);
    for (const [laterTime, laterValue] of later) this.push(laterTime, laterValue);
  }

  /** Drops samples older than `time`; memory is given back when half of the columns is unused. */
  dropBefore(time: Millis): void {
    while (this.#start < this.#end && this.#times[this.#start]! < time) this.#start++;
    if (this.#start > this.#times.length / 2 && this.#times.length > FIRST_CAPACITY)
      this.#resize(Math.max(FIRST_CAPACITY, this.#times.length / 2));
  }

  /** Views of the samples within [from, to]. */
  slice(from: Millis, to: Millis): Columns {
    const a = this.#lowerBound(from);
    const b = this.#lowerBound(to + 1);
    const stale = this.#stale?.subarray(a, b);
    const histograms = this.#histograms?.slice(a, b);
    return {
      times: this.#times.subarray(a, b),
      values: this.#values.subarray(a, b),
      ...(stale === undefined ? {} : { stale: packBits(stale) }),
      ...(histograms === undefined ? {} : { histograms }),
    };
  }

  #valueAt(i: number): SampleValue {
    if (this.#stale?.[i] === 1) return 'stale';
    return this.#histograms?.[i] ?? this.#values[i]!;
  }

  #set(i: number, time: Millis, value: SampleValue): void {
    this.#times[i] = time;
    this.#values[i] = typeof value === 'number' ? value : Number.NaN;
    if (value === 'stale') {
      this.#stale ??= new Uint8Array(this.#times.length);
      this.#stale[i] = 1;
    } else if (this.#stale !== undefined) this.#stale[i] = 0;
    if (typeof value === 'object') this.#histograms ??= new Array(i).fill(undefined);
    if (this.#histograms !== undefined)
      this.#histograms[i] = typeof value === 'object' ? value : undefined;
  }

  #lowerBound(time: Millis): number {
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
    const [a, b] = [this.#start, this.#end];
    const times = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    times.set(this.#times.subarray(a, b));
    values.set(this.#values.subarray(a, b));
    if (this.#stale !== undefined) {
      const stale = new Uint8Array(capacity);
      stale.set(this.#stale.subarray(a, b));
      this.#stale = stale;
    }
    this.#histograms = this.#histograms?.slice(a, b);
    this.#times = times;
    this.#values = values;
    this.#start = 0;
    this.#end = b - a;
  }
}

/** Packs one byte a sample into one bit a sample, lowest bit first. */
export function packBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3);
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}
