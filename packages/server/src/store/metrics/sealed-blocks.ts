import type { Millis } from '@bellwether/promql';
import {
  BLOCK_SAMPLES,
  blockBytes,
  blockFirstTime,
  blockSamples,
  blockStale,
  blocksRoom,
  decodeBlock,
  encodeBlock,
} from './block.ts';
import { addStale, bitsAt } from './stale-bits.ts';

const FIRST_BYTES = 64;
const GROWTH = 1.5;

/** The encoded blocks of one series, one behind the other, oldest first. */
export class SealedBlocks {
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = 0;
  #samples = 0;

  get samples(): number {
    return this.#samples;
  }

  add(times: Float64Array, values: Float64Array, from: number, count: number, stale: number): void {
    const block = encodeBlock(times, values, from, count, stale);
    const needed = this.#end + block.length;
    if (needed > this.#bytes.length)
      this.#moveTo(0, Math.max(needed, Math.ceil(this.#bytes.length * GROWTH)));
    this.#bytes.set(block, this.#end);
    this.#end = needed;
    this.#samples += count;
  }

  /** Puts the first `count` samples before all there are. */
  prepend(
    times: Float64Array,
    values: Float64Array,
    count: number,
    stale: Uint8Array | undefined,
  ): void {
    const newer = this.#bytes.subarray(0, this.#end);
    const room = new Uint8Array(blocksRoom(count) + newer.length);
    let end = 0;
    for (let from = 0; from < count; from += BLOCK_SAMPLES) {
      const samples = Math.min(BLOCK_SAMPLES, count - from);
      const block = encodeBlock(times, values, from, samples, bitsAt(stale, from, samples));
      room.set(block, end);
      end += block.length;
    }
    room.set(newer, end);
    end += newer.length;
    this.#bytes = room.slice(0, Math.max(end, FIRST_BYTES));
    this.#end = end;
    this.#samples += count;
  }

  /** First time of the block that a sample of this time belongs into; undefined when it is older than all. */
  startOf(time: Millis): Millis | undefined {
    const view = this.#view();
    let start: Millis | undefined;
    for (let at = 0; at < this.#end; at += blockBytes(this.#bytes, at)) {
      const first = blockFirstTime(view, at);
      if (first > time) break;
      start = first;
    }
    return start;
  }

  /** Takes away the blocks from the one that begins at `first` on. */
  cutFrom(first: Millis): void {
    const view = this.#view();
    let at = 0;
    let kept = 0;
    while (at < this.#end && blockFirstTime(view, at) < first) {
      kept += blockSamples(this.#bytes, at);
      at += blockBytes(this.#bytes, at);
    }
    this.#end = at;
    this.#samples = kept;
  }

  /** Gives up the blocks whose samples are all older than `time`. */
  dropBefore(time: Millis): void {
    const view = this.#view();
    let at = 0;
    let samples = 0;
    while (at < this.#end) {
      const next = at + blockBytes(this.#bytes, at);
      // A block ends before the next one begins; of the last one the tail is newer, and it waits.
      if (next >= this.#end || blockFirstTime(view, next) > time) break;
      samples += blockSamples(this.#bytes, at);
      at = next;
    }
    if (at === 0) return;
    this.#samples -= samples;
    this.#moveTo(at, this.#end - at);
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
    const view = this.#view();
    let end = out;
    for (let at = 0; at < this.#end; ) {
      if (blockFirstTime(view, at) > to) break;
      const next = at + blockBytes(this.#bytes, at);
      if (next >= this.#end || blockFirstTime(view, next) > from) {
        decodeBlock(view, at, times, values, end);
        addStale(stale, blockStale(view, at), end - out);
        end += blockSamples(this.#bytes, at);
      }
      at = next;
    }
    return end;
  }

  #view(): DataView {
    return new DataView(this.#bytes.buffer);
  }

  #moveTo(from: number, capacity: number): void {
    const bytes = new Uint8Array(Math.max(capacity, FIRST_BYTES));
    bytes.set(this.#bytes.subarray(from, this.#end));
    this.#bytes = bytes;
    this.#end -= from;
  }
}
