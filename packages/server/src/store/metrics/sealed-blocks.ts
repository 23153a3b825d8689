import type { Millis } from '@bellwether/promql';
import {
  BLOCK_SAMPLES,
  blockBytes,
  blockFirstTime,
  blockSamples,
  blockStale,
  decodeBlock,
  encodeBlock,
} from './block.ts';
import { type BlockSlab, NOWHERE } from './block-slab.ts';
import { addStale, bitsAt } from './stale-bits.ts';

/** In front of each block stands where the next one is. */
const LINK = 4;

/** The encoded blocks of one series, each in a piece of the slab, oldest first. */
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
    if (this.#last === NOWHERE) this.#first = place;
    else this.#link(this.#last, place);
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
    if (this.#last === NOWHERE) this.#first = first;
    else this.#link(this.#last, first);
    this.#last = last;
  }

  /** First time of the block that a sample of this time belongs into; undefined when it is older than all. */
  startOf(time: Millis): Millis | undefined {
    let start: Millis | undefined;
    for (let place = this.#first; place !== NOWHERE; place = this.#after(place)) {
      const first = this.#timeAt(place);
      if (first > time) break;
      start = first;
    }
    return start;
  }

  /** Takes away the blocks from the one that begins at `first` on. */
  cutFrom(first: Millis): void {
    let last = NOWHERE;
    let place = this.#first;
    while (place !== NOWHERE && this.#timeAt(place) < first) {
      last = place;
      place = this.#after(place);
    }
    while (place !== NOWHERE) place = this.#release(place);
    this.#last = last;
    if (last === NOWHERE) this.#first = NOWHERE;
    else this.#link(last, NOWHERE);
  }

  /** Gives up the blocks whose samples are all older than `time`. */
  dropBefore(time: Millis): void {
    // A block ends before the next one begins; of the last one the tail is newer, and it waits.
    while (this.#first !== this.#last && this.#timeAt(this.#after(this.#first)) <= time)
      this.#first = this.#release(this.#first);
  }

  /** Gives up everything. */
  clear(): void {
    for (let place = this.#first; place !== NOWHERE; ) place = this.#release(place);
    this.#first = NOWHERE;
    this.#last = NOWHERE;
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
    let end = out;
    for (let place = this.#first; place !== NOWHERE; ) {
      const { bytes, view } = this.#slab.page(place);
      const at = this.#slab.at(place) + LINK;
      if (blockFirstTime(view, at) > to) break;
      const next = this.#after(place);
      if (next === NOWHERE || this.#timeAt(next) > from) {
        decodeBlock(view, at, times, values, end);
        addStale(stale, blockStale(view, at), end - out);
        end += blockSamples(bytes, at);
      }
      place = next;
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
    this.#link(place, NOWHERE);
    this.#samples += count;
    return place;
  }

  #link(place: number, next: number): void {
    this.#slab.page(place).view.setUint32(this.#slab.at(place), next, true);
  }

  #after(place: number): number {
    return this.#slab.page(place).view.getUint32(this.#slab.at(place), true);
  }

  #timeAt(place: number): Millis {
    return blockFirstTime(this.#slab.page(place).view, this.#slab.at(place) + LINK);
  }

  /** @returns where the next one is */
  #release(place: number): number {
    const next = this.#after(place);
    const { bytes } = this.#slab.page(place);
    const at = this.#slab.at(place) + LINK;
    this.#samples -= blockSamples(bytes, at);
    this.#slab.release(place, LINK + blockBytes(bytes, at));
    return next;
  }
}
