import type { Millis } from '@bellwether/promql';
import {
  BLOCK_SAMPLES,
  blockBytes,
  blockFirstTime,
  blockLastTime,
  blockSamples,
  blockStale,
  decodeBlock,
  encodeBlock,
} from './block.ts';
import { type BlockSlab, NOWHERE } from './block-slab.ts';
import { addStale, bitsAt } from './stale-bits.ts';

/** In front of each block stands where the one before it is: most questions are about what is newest. */
const LINK = 4;

/** The encoded blocks of one series, each in a piece of the slab. */
export class SealedBlocks {
  readonly #slab: BlockSlab;
  #first = NOWHERE;
  #last = NOWHERE;
  #samples = 0;

  constructor(slab: BlockSlab) {
    this.#slab = slab;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Of the oldest sample; undefined while there is none. */
  get firstTime(): Millis | undefined {
    return this.#first === NOWHERE ? undefined : this.#timeAt(this.#first);
  }

  add(times: Float64Array, values: Float64Array, from: number, count: number, stale: number): void {
    const place = this.#put(times, values, from, count, stale);
    this.#link(place, this.#last);
    if (this.#last === NOWHERE) this.#first = place;
    this.#last = place;
  }

  /** Puts the first `count` samples before all there are. */
  prepend(
    times: Float64Array,
    values: Float64Array,
    count: number,
    stale: Uint8Array | undefined,
  ): void {
    const [first, last] = [this.#first, this.#last];
    this.#first = NOWHERE;
    this.#last = NOWHERE;
    for (let from = 0; from < count; from += BLOCK_SAMPLES) {
      const samples = Math.min(BLOCK_SAMPLES, count - from);
      this.add(times, values, from, samples, bitsAt(stale, from, samples));
    }
    if (first === NOWHERE) return;
    this.#link(first, this.#last);
    if (this.#last === NOWHERE) this.#first = first;
    this.#last = last;
  }

  /** First time of the block that a sample of this time belongs into; undefined when it is older than all. */
  startOf(time: Millis): Millis | undefined {
    for (let place = this.#last; place !== NOWHERE; place = this.#before(place)) {
      const first = this.#timeAt(place);
      if (first <= time) return first;
    }
    return undefined;
  }

  /** Takes away the blocks from the one that begins at `first` on. */
  cutFrom(first: Millis): void {
    while (this.#last !== NOWHERE && this.#timeAt(this.#last) >= first)
      this.#last = this.#release(this.#last);
    if (this.#last === NOWHERE) this.#first = NOWHERE;
  }

  /** Gives up the blocks whose samples are all older than `time`. */
  dropBefore(time: Millis): void {
    if (this.#first === NOWHERE || !this.#endsBefore(this.#first, time)) return;
    let kept = NOWHERE;
    let place = this.#last;
    for (; place !== NOWHERE && !this.#endsBefore(place, time); place = this.#before(place))
      kept = place;
    while (place !== NOWHERE) place = this.#release(place);
    this.#first = kept;
    if (kept === NOWHERE) this.#last = NOWHERE;
    else this.#link(kept, NOWHERE);
  }

  /** Gives up everything. */
  clear(): void {
    this.cutFrom(-Infinity);
  }

  /**
   * Decodes the blocks that touch [from, to] into the columns, from `out` on, and notes the indices of stale markers,
   * counted from `out`.
   * @returns where the next sample goes
   */
  read(
    from: Millis,
    to: Millis,
    times: Float64Array,
    values: Float64Array,
    out: number,
    stale: number[],
  ): number {
    touched.length = 0;
    for (let place = this.#last; place !== NOWHERE; place = this.#before(place)) {
      if (this.#endsBefore(place, from)) break;
      if (this.#timeAt(place) <= to) touched.push(place);
    }
    let end = out;
    for (let i = touched.length - 1; i >= 0; i--) {
      const place = touched[i]!;
      const { bytes, view } = this.#slab.page(place);
      const at = this.#slab.at(place) + LINK;
      decodeBlock(view, at, times, values, end);
      addStale(stale, blockStale(view, at), end - out);
      end += blockSamples(bytes, at);
    }
    return end;
  }

  #put(
    times: Float64Array,
    values: Float64Array,
    from: number,
    count: number,
    stale: number,
  ): number {
    const block = encodeBlock(times, values, from, count, stale);
    const place = this.#slab.take(LINK + block.length);
    this.#slab.page(place).bytes.set(block, this.#slab.at(place) + LINK);
    this.#samples += count;
    return place;
  }

  #link(place: number, before: number): void {
    this.#slab.page(place).view.setUint32(this.#slab.at(place), before, true);
  }

  #before(place: number): number {
    return this.#slab.page(place).view.getUint32(this.#slab.at(place), true);
  }

  #timeAt(place: number): Millis {
    return blockFirstTime(this.#slab.page(place).view, this.#slab.at(place) + LINK);
  }

  #endsBefore(place: number, time: Millis): boolean {
    return blockLastTime(this.#slab.page(place).view, this.#slab.at(place) + LINK) < time;
  }

  /** @returns where the one before it is */
  #release(place: number): number {
    const before = this.#before(place);
    const { bytes } = this.#slab.page(place);
    const at = this.#slab.at(place) + LINK;
    this.#samples -= blockSamples(bytes, at);
    this.#slab.release(place, LINK + blockBytes(bytes, at));
    return before;
  }
}

/** Places that one read touches, the newest first; of use within that call only. */
const touched: number[] = [];
