import { addHistograms, type FloatHistogram, type Millis } from '@bellwether/promql';
import { GENERATION_BYTES } from '../bytes/generations.ts';

/** What a delta point adds: a number, a histogram with listed bounds, or a native one. */
export type DeltaValue =
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'classic';
      readonly count: number;
      readonly sum: number | undefined;
      readonly counts: readonly number[];
      readonly bounds: readonly number[];
    }
  | { readonly kind: 'native'; readonly histogram: FloatHistogram };

interface Stream {
  readonly start: Millis;
  readonly time: Millis;
  readonly value: DeltaValue;
}

/** The sum since `start`, or why a point cannot be added. */
export type Accumulated<V extends DeltaValue = DeltaValue> =
  | { readonly value: V; readonly start: Millis; readonly problem?: undefined }
  | { readonly problem: string };

const MOST_STREAMS = 200_000;
const MOST_BYTES = 2 * GENERATION_BYTES;
/** What a stream takes beside its key and its buckets. */
const STREAM_BYTES = 300;
const FORGOTTEN_AFTER_MS = 60 * 60_000;

/**
 * The running sums of series whose senders report only what was added since they last reported. A point at the time of
 * the last one is that one sent again and changes nothing; an older one is refused.
 * Source: OpenTelemetry specification, "Metrics Data Model", Sums: Delta-to-Cumulative.
 */
export class DeltaStreams {
  readonly #mostBytes: number;
  #streams = new Map<string, Stream & { readonly seen: Millis }>();
  #swept = 0;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Sums that count only once they are kept: what a store did not take is sent again. One session at a time. */
  begin(): DeltaSession {
    return new DeltaSession((key) => this.#streams.get(key), {
      streams: MOST_STREAMS - this.#streams.size,
      bytes: this.#mostBytes - this.#bytes,
    });
  }

  keep(session: DeltaSession, now: Millis): void {
    for (const [key, stream] of session.changed) {
      const before = this.#streams.get(key);
      this.#bytes += bytesOf(key, stream) - (before === undefined ? 0 : bytesOf(key, before));
      this.#streams.set(key, { ...stream, seen: now });
    }
    if (now - this.#swept < FORGOTTEN_AFTER_MS / 4) return;
    this.#swept = now;
    for (const [key, stream] of this.#streams) {
      if (now - stream.seen <= FORGOTTEN_AFTER_MS) continue;
      this.#streams.delete(key);
      this.#bytes -= bytesOf(key, stream);
    }
  }
}

/** The sums of one request. */
export class DeltaSession {
  readonly changed = new Map<string, Stream>();
  readonly #before: (key: string) => Stream | undefined;
  /** What there is room for. */
  readonly #room: { streams: number; bytes: number };

  constructor(
    before: (key: string) => Stream | undefined,
    room: { readonly streams: number; readonly bytes: number },
  ) {
    this.#before = before;
    this.#room = { ...room };
  }

  /** Adds a point's value to its series' sum. */
  add<V extends DeltaValue>(
    key: string,
    point: { readonly start: Millis; readonly time: Millis },
    delta: V,
  ): Accumulated<V> {
    const stream = this.changed.get(key) ?? this.#before(key);
    const same = stream?.value.kind === delta.kind ? (stream as Stream & { value: V }) : undefined;
    if (same !== undefined) {
      if (point.time === same.time) return same;
      if (point.time < same.time)
        return { problem: 'it is older than the last delta of its series, which was added' };
      const value = join(same.value, delta) as V | undefined;
      if (value !== undefined) return this.#keep(key, { ...same, time: point.time, value });
    } else if (stream === undefined) {
      this.#room.streams--;
      this.#room.bytes -= bytesOf(key, { value: delta });
      if (this.#room.streams < 0)
        return { problem: `more than ${MOST_STREAMS} series report deltas` };
      if (this.#room.bytes < 0)
        return { problem: 'the series that report deltas take more memory than they may' };
    }
    // The point counts what came after its start: there a sum from before may still stand.
    const start = point.start > 0 && point.start + 1 < point.time ? point.start + 1 : 0;
    return this.#keep(key, { start, time: point.time, value: delta });
  }

  #keep<S extends Stream>(key: string, stream: S): S {
    this.changed.set(key, stream);
    return stream;
  }
}

/** About how much memory a stream takes. */
function bytesOf(key: string, { value }: Pick<Stream, 'value'>): number {
  const buckets =
    value.kind === 'classic'
      ? value.counts.length + value.bounds.length
      : value.kind === 'native'
        ? 2 * (value.histogram.positive.counts.length + value.histogram.negative.counts.length)
        : 0;
  return STREAM_BYTES + 2 * key.length + 8 * buckets;
}

/** Undefined where the two cannot be added: the sum begins anew. */
function join(a: DeltaValue, b: DeltaValue): DeltaValue | undefined {
  if (a.kind === 'number' && b.kind === 'number') return { ...a, value: a.value + b.value };
  if (a.kind === 'native' && b.kind === 'native') {
    try {
      return { ...a, histogram: addHistograms(a.histogram, b.histogram) };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
  if (a.kind !== 'classic' || b.kind !== 'classic') return undefined;
  const sameBounds =
    a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]);
  if (!sameBounds || a.counts.length !== b.counts.length) return undefined;
  return {
    ...a,
    count: a.count + b.count,
    sum: a.sum === undefined || b.sum === undefined ? undefined : a.sum + b.sum,
    counts: a.counts.map((count, i) => count + b.counts[i]!),
  };
}
