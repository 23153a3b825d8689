import { readLabel } from '../wire/label-pair.ts';
import type { ReceiveLimits } from '../wire/limits.ts';
import { readMessage } from '../wire/proto-reader.ts';
import { type CheckedLabels, checkLabels } from './check-labels.ts';

const MOST = 100_000;

interface Known {
  /** The labels as they were sent. */
  readonly bytes: Buffer;
  readonly labels: CheckedLabels;
}

/**
 * Label sets by the very bytes they were sent as: a sender repeats the same series in every request, so they are decoded
 * and checked once, and those behind may recognise a series by its object. Of two that share a hash the later one is
 * kept: it is a cache. Two generations bound it: what was used since the older one began is kept.
 */
export class LabelCache {
  #recent = new Map<number, Known>();
  #older = new Map<number, Known>();

  /**
   * The labels that stand in `bytes` from `start` to before `end`.
   * @param view of the same bytes
   */
  get(
    bytes: Buffer,
    start: number,
    end: number,
    limits: ReceiveLimits,
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ): CheckedLabels {
    const hash = hashOf(view, start, end);
    const recent = this.#recent.get(hash);
    if (recent !== undefined && isSame(recent, bytes, start, end)) return recent.labels;
    const older = this.#older.get(hash);
    const known =
      older !== undefined && isSame(older, bytes, start, end)
        ? older
        : remember(bytes, start, end, limits);
    if (this.#recent.size >= MOST) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(hash, known);
    return known.labels;
  }
}

function remember(bytes: Buffer, start: number, end: number, limits: ReceiveLimits): Known {
  const own = Buffer.from(bytes.subarray(start, end));
  return { bytes: own, labels: decodeLabels(own, limits) };
}

function isSame(known: Known, bytes: Buffer, start: number, end: number): boolean {
  return known.bytes.length === end - start && known.bytes.compare(bytes, start, end) === 0;
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

function decodeLabels(bytes: Buffer, limits: ReceiveLimits): CheckedLabels {
  return readMessage(bytes, (reader, end) => {
    const pairs: string[] = [];
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag === 0x0a) readLabel(reader, end, pairs);
      else reader.pass(tag, end);
    }
    if (reader.invalidText) return { problem: `a label is not valid UTF-8: ${pairs.join(' ')}` };
    return checkLabels(pairs, limits);
  });
}
