import type { FloatHistogram, Labels, Millis, SeriesColumns } from '@bellwether/promql';
import { BLOCK_SAMPLES } from './block.ts';
import { BlockSlab } from './block-slab.ts';
import { SealedBlocks } from './sealed-blocks.ts';
import { addStale, isStale, packIndices } from './stale-bits.ts';
import { TailSlab } from './tail-slab.ts';

/** What a sample is: a number, a native histogram, or the mark that the series has ended. */
export type SampleValue = number | FloatHistogram | 'stale';

/** The samples of a stretch of time, as the engine wants them. */
export interface Columns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly stale?: Uint8Array;
  readonly histograms?: readonly (FloatHistogram | undefined)[];
}

/** Where the series of a head keep their samples. */
export class SampleMemory {
  readonly tails = new TailSlab();
  readonly blocks = new BlockSlab();
}

/**
 * The recent samples of one series: encoded blocks, and a tail of up to one block's samples as plain numbers, both in the
 * memory of the head. A stale marker is a signalling NaN that a JS number cannot hold, so it is a bit beside the value;
 * histograms stand beside it too, by their time.
 */
export class Series {
  readonly id: bigint;
  readonly labels: Labels;
  readonly #memory: SampleMemory;
  readonly #slot: number;
  /** Samples in the tail, and which of them are stale markers, a bit each. The newest sample is always in the tail. */
  #tail = 0;
  #stale = 0;
  #sealed: SealedBlocks | undefined;
  #histograms: Map<Millis, FloatHistogram> | undefined;

  constructor(id: bigint, labels: Labels, memory: SampleMemory) {
    this.id = id;
    this.labels = labels;
    this.#memory = memory;
    this.#slot = memory.tails.take();
  }

  /** How many samples there are, those included that are older than the head and wait to leave with their block. */
  get length(): number {
    return this.#tail + (this.#sealed?.samples ?? 0);
  }

  get lastTime(): Millis {
    if (this.#tail === 0) return -Infinity;
    return this.#memory.tails.page(this.#slot).times[
      this.#memory.tails.at(this.#slot) + this.#tail - 1
    ]!;
  }

  /** Of the oldest sample there is, those included that wait to leave with their block. */
  get firstTime(): Millis {
    if (this.#tail === 0) return Infinity;
    return (
      this.#sealed?.firstTime ??
      this.#memory.tails.page(this.#slot).times[this.#memory.tails.at(this.#slot)]!
    );
  }

  /** Whether the last sample says that the series goes on. */
  get live(): boolean {
    return this.#tail > 0 && (this.#stale & (1 << (this.#tail - 1))) === 0;
  }

  /** The sample at just this time, if there is one. */
  at(time: Millis): SampleValue | undefined {
    if (this.length === 0 || time > this.lastTime) return undefined;
    const { times, values } = this.#memory.tails.page(this.#slot);
    const at = this.#memory.tails.at(this.#slot);
    if (time < times[at]!) return this.#fromColumns(this.slice(time, time));
    for (let i = this.#tail - 1; i >= 0 && times[at + i]! >= time; i--)
      if (times[at + i] === time) {
        if ((this.#stale & (1 << i)) !== 0) return 'stale';
        return this.#histograms?.get(time) ?? values[at + i]!;
      }
    return undefined;
  }

  /** Appends a sample that must be newer than the last one. */
  push(time: Millis, value: SampleValue): void {
    if (this.#tail === BLOCK_SAMPLES) this.#seal();
    const page = this.#memory.tails.page(this.#slot);
    const at = this.#memory.tails.at(this.#slot) + this.#tail;
    page.times[at] = time;
    if (typeof value === 'number') page.values[at] = value;
    else {
      page.values[at] = Number.NaN;
      if (value === 'stale') this.#stale |= 1 << this.#tail;
      else {
        this.#histograms ??= new Map();
        this.#histograms.set(time, value);
      }
    }
    this.#tail++;
  }

  /** Puts samples before all it has, ascending; they must be older. */
  prepend(columns: Omit<SeriesColumns, 'labels'>): void {
    const { times, values, histograms } = columns;
    // The newest sample is always in the tail.
    const sealed =
      this.#tail > 0
        ? times.length
        : Math.floor((times.length - 1) / BLOCK_SAMPLES) * BLOCK_SAMPLES;
    if (sealed > 0) {
      this.#sealed ??= new SealedBlocks(this.#memory.blocks);
      this.#sealed.prepend(times, values, sealed, columns.stale);
      if (histograms !== undefined) this.#remember(times, histograms, sealed);
    }
    for (let i = sealed; i < times.length; i++) this.push(times[i]!, sampleAt(columns, i));
  }

  /** Puts a sample between others; there must be none at its time. Costs a copy of what is newer. */
  insert(time: Millis, value: SampleValue): void {
    const at = this.#memory.tails.at(this.#slot);
    const { times } = this.#memory.tails.page(this.#slot);
    const from = this.#tail > 0 && time > times[at]! ? times[at]! : this.#sealed?.startOf(time);
    const later = this.slice(from ?? -Infinity, Infinity);
    this.#cut(from);
    let done = false;
    for (let i = 0; i < later.times.length; i++) {
      if (!done && later.times[i]! > time) {
        this.push(time, value);
        done = true;
      }
      this.push(later.times[i]!, sampleAt(later, i));
    }
    if (!done) this.push(time, value);
  }

  /** Gives up samples older than `time`, block by block. All of them are given up when the newest is older. */
  dropBefore(time: Millis): void {
    if (this.lastTime < time) {
      this.#tail = 0;
      this.#stale = 0;
      this.#sealed?.clear();
      this.#histograms = undefined;
      return;
    }
    this.#sealed?.dropBefore(time);
    if (this.#histograms !== undefined)
      for (const one of this.#histograms.keys()) if (one < time) this.#histograms.delete(one);
  }

  /** Gives its memory back. The series must not be used any more. */
  release(): void {
    this.#sealed?.clear();
    this.#memory.tails.release(this.#slot);
  }

  /** The samples within [from, to]. */
  slice(from: Millis, to: Millis): Columns {
    const room = this.length;
    return this.read(from, to, {
      times: new Float64Array(room),
      values: new Float64Array(room),
      used: 0,
    });
  }

  /** The samples within [from, to], written into columns that have room for all of the series. */
  read(from: Millis, to: Millis, into: ColumnRoom): Columns {
    const start = into.used;
    const stale: number[] = [];
    let end = this.#sealed?.read(from, to, into.times, into.values, start, stale) ?? start;
    const page = this.#memory.tails.page(this.#slot);
    const at = this.#memory.tails.at(this.#slot);
    if (this.#tail > 0 && page.times[at]! <= to && this.lastTime >= from) {
      into.times.set(page.times.subarray(at, at + this.#tail), end);
      into.values.set(page.values.subarray(at, at + this.#tail), end);
      addStale(stale, this.#stale, end - start);
      end += this.#tail;
    }
    const a = lowerBound(into.times, start, end, from);
    const b = lowerBound(into.times, a, end, to + 1);
    into.used = end;
    const times = into.times.subarray(a, b);
    const values = into.values.subarray(a, b);
    const histograms = this.#histograms;
    if (stale.length === 0 && histograms === undefined) return { times, values };
    return {
      times,
      values,
      ...(stale.length === 0 ? {} : { stale: packIndices(stale, a - start, b - start) }),
      ...(histograms === undefined
        ? {}
        : { histograms: Array.from(times, (time) => histograms.get(time)) }),
    };
  }

  /** Whether the time from its oldest to its newest sample touches [from, to]. */
  touches(from: Millis, to: Millis): boolean {
    return from <= to && this.lastTime >= from && this.firstTime <= to;
  }

  #remember(
    times: Float64Array,
    histograms: readonly (FloatHistogram | undefined)[],
    count: number,
  ): void {
    this.#histograms ??= new Map();
    for (let i = 0; i < count; i++) {
      const one = histograms[i];
      if (one !== undefined) this.#histograms.set(times[i]!, one);
    }
  }

  #seal(): void {
    const page = this.#memory.tails.page(this.#slot);
    this.#sealed ??= new SealedBlocks(this.#memory.blocks);
    this.#sealed.add(
      page.times,
      page.values,
      this.#memory.tails.at(this.#slot),
      this.#tail,
      this.#stale,
    );
    this.#tail = 0;
    this.#stale = 0;
  }

  /** Takes away what is not older than `from`, a block's first time; undefined: everything. */
  #cut(from: Millis | undefined): void {
    this.#tail = 0;
    this.#stale = 0;
    if (from === undefined) this.#sealed?.clear();
    else this.#sealed?.cutFrom(from);
  }

  #fromColumns(columns: Columns): SampleValue | undefined {
    return columns.times.length === 0 ? undefined : sampleAt(columns, 0);
  }
}

/** Columns that many series are read into one after another, and how much of them is taken. */
export interface ColumnRoom {
  readonly times: Float64Array;
  readonly values: Float64Array;
  used: number;
}

/** The sample at an index of columns. */
export function sampleAt(columns: Omit<SeriesColumns, 'labels'>, i: number): SampleValue {
  return isStale(columns.stale, i) ? 'stale' : (columns.histograms?.[i] ?? columns.values[i]!);
}

function lowerBound(times: Float64Array, from: number, to: number, time: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
