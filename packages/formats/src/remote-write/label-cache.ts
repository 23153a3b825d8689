import type { Labels } from '@bellwether/promql';
import { sameBytes } from '../bytes/bytes.ts';
import { Generations } from '../bytes/generations.ts';
import { readMessage } from '../bytes/proto-reader.ts';
import { readLabel } from '../metrics/label-pair.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import { type CheckedLabels, checkLabels, shown } from './check-labels.ts';

const MOST = 100_000;
const PAGE_BYTES = 256 * 1024;
/** What a label and a label set take in memory beside their characters, which are as many as on the wire. */
const [LABEL_BYTES, SET_BYTES] = [40, 100];

/** A label set and the bytes it was sent as. */
type Known = Extract<CheckedLabels, { labels: Labels }> & {
  readonly count: number;
  readonly page: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/**
 * Label sets by the very bytes they were sent as: a sender repeats the same series in every request, so they are decoded
 * and checked once, and those behind may recognise a series by its object. Of two that share a hash the later one is
 * kept: it is a cache. What is refused is not kept.
 */
export class LabelCache {
  readonly #known: Generations<number, Known>;
  /** Where the recent ones keep their bytes: a buffer for each would take more than the bytes. */
  #page = new Uint8Array(0);
  #used = 0;

  /** @param mostBytes Of a generation. */
  constructor(mostBytes?: number) {
    this.#known = new Generations(MOST, mostBytes);
  }

  get size(): number {
    return this.#known.size;
  }

  /**
   * The labels that stand in `bytes` from `start` to before `end`.
   * @param view of the same bytes
   */
  get(
    bytes: Uint8Array,
    start: number,
    end: number,
    limits: ReceiveLimits,
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ): CheckedLabels {
    const hash = hashOf(view, start, end);
    const recent = this.#known.recent(hash);
    if (recent !== undefined && isSame(recent, bytes, start, end)) return recent;
    const own = bytes.subarray(start, end);
    const older = this.#known.older(hash);
    const known = older !== undefined && isSame(older, bytes, start, end) ? older : undefined;
    const checked = known ?? decodeLabels(own, limits);
    if (checked.problem !== undefined) return checked;
    const { labels } = checked;
    let count = known?.count ?? 0;
    if (known === undefined) for (const _ in labels) count++;
    const kept = { labels, count, ...this.#copy(own) };
    this.#known.keep(hash, kept, SET_BYTES + LABEL_BYTES * count + 2 * own.length);
    return kept;
  }

  /** Bytes of the older generation are copied again, or a page would stay for one of them. */
  #copy(bytes: Uint8Array): { page: Uint8Array; start: number; end: number } {
    if (this.#used + bytes.length > this.#page.length) {
      this.#page = new Uint8Array(Math.max(PAGE_BYTES, bytes.length));
      this.#used = 0;
    }
    const start = this.#used;
    this.#page.set(bytes, start);
    this.#used += bytes.length;
    return { page: this.#page, start, end: this.#used };
  }
}

function isSame(known: Known, bytes: Uint8Array, start: number, end: number): boolean {
  return (
    known.end - known.start === end - start && sameBytes(bytes, start, end, known.page, known.start)
  );
}

/** FNV-1a over four bytes at a time. Source: Fowler, Noll and Vo, "The FNV Non-Cryptographic Hash Algorithm". */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
    // Multiplying carries only upwards: bring what the upper bytes say down again.
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash;
}

function decodeLabels(bytes: Uint8Array, limits: ReceiveLimits): CheckedLabels {
  return readMessage(bytes, (reader, end) => {
    const pairs: string[] = [];
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag === 0x0a) readLabel(reader, end, pairs);
      else reader.pass(tag, end);
    }
    if (reader.invalidText) return { problem: `a label is not valid UTF-8: ${shown(pairs)}` };
    return checkLabels(pairs, limits);
  });
}
