import {
  type Labels,
  type Matcher,
  type Millis,
  type SeriesColumns,
  tooManySamples,
} from '@bellwether/promql';
import { LabelIndex } from './label-index.ts';
import { type ColumnRoom, type Columns, SampleMemory, type SampleValue, Series } from './series.ts';
import type { SeriesExtent } from './series-extent.ts';
import { seriesId } from './series-id.ts';

/**
 * What became of a sample. `duplicate`: it was there already, which is fine. `conflict`: another value stands at its time.
 * `too-old`: it belongs before the head's beginning.
 */
export type Appended = 'ok' | 'duplicate' | 'conflict' | 'out-of-order' | 'too-old';

/** The recent hours of every active series, in memory, behind an inverted index. */
export class Head {
  /** Samples at or after this moment are in the head; older ones only in the history. */
  from: Millis;
  readonly #series: (Series | undefined)[] = [];
  /** By id, which is a number: the text of all labels would take more memory than the samples of an hour. */
  readonly #refs = new Map<bigint, number>();
  readonly #index = new LabelIndex();
  readonly #memory = new SampleMemory();

  constructor(from: Millis) {
    this.from = from;
  }

  get seriesCount(): number {
    return this.#refs.size;
  }

  /** The reference of a series, made when it is new. References are never used again for another series. */
  ref(labels: Labels, id = seriesId(labels)): number {
    const known = this.#refs.get(id);
    if (known !== undefined) return known;
    const ref = this.#series.length;
    this.#series.push(new Series(id, labels, this.#memory));
    this.#refs.set(id, ref);
    this.#index.add(ref, labels);
    return ref;
  }

  has(id: bigint): boolean {
    return this.#refs.has(id);
  }

  /** How many series have a label with this value; of the empty one, how many lack the label. */
  countWith(name: string, value: string): number {
    return this.#index.count(name, value);
  }

  /** Forgets everything, and begins anew at a moment. */
  restart(from: Millis): void {
    this.truncate(Infinity);
    this.from = from;
  }

  /** The series behind a reference; undefined when it was dropped for want of samples. */
  get(ref: number): Series | undefined {
    return this.#series[ref];
  }

  /** @param notBefore A sample older than the series' last is taken if it is not older than this. */
  append(series: Series, time: Millis, value: SampleValue, notBefore = Infinity): Appended {
    if (time > series.lastTime) {
      if (time < this.from) return 'too-old';
      series.push(time, value);
      return 'ok';
    }
    const there = series.at(time);
    if (there !== undefined) return sameSample(there, value) ? 'duplicate' : 'conflict';
    if (time < notBefore) return 'out-of-order';
    if (time < this.from) return 'too-old';
    series.insert(time, value);
    return 'ok';
  }

  find(matchers: readonly Matcher[]): Series[] {
    return this.#index.find(matchers).map((ref) => this.#series[ref]!);
  }

  /**
   * The series that match and have samples in [from, to], with them. Nothing older than the head is answered.
   * @throws PromQLError there are more than `maxSamples`
   */
  select(
    matchers: readonly Matcher[],
    from: Millis,
    to: Millis,
    maxSamples = Infinity,
  ): SeriesColumns[] {
    const found = this.find(matchers);
    let samples = 0;
    for (const series of found) samples += series.length;
    const start = Math.max(from, this.from);
    let room = roomFor(Math.min(samples, ROOM_SAMPLES));
    const selected: SeriesColumns[] = [];
    let taken = 0;
    for (const series of found) {
      if (room.used + series.length > room.times.length) {
        samples -= room.used;
        room = roomFor(Math.max(series.length, Math.min(samples, ROOM_SAMPLES)));
      }
      const columns = series.read(start, to, room);
      taken += columns.times.length;
      if (taken > maxSamples) throw tooManySamples();
      if (columns.times.length > 0) selected.push(withLabels(series.labels, columns));
    }
    return selected;
  }

  /** The series that match and whose samples touch [from, to]. */
  extents(matchers: readonly Matcher[], from: Millis, to: Millis): SeriesExtent[] {
    const start = Math.max(from, this.from);
    const found: SeriesExtent[] = [];
    for (const series of this.find(matchers))
      if (series.touches(start, to)) {
        const { labels, firstTime, lastTime } = series;
        found.push({ labels, first: Math.max(start, firstTime), last: Math.min(to, lastTime) });
      }
    return found;
  }

  /** The names of the labels of those series. */
  labelNames(matchers: readonly Matcher[], from: Millis, to: Millis): Set<string> {
    if (matchers.length === 0) return this.#index.names(this.#touching(from, to));
    const names = new Set<string>();
    for (const { labels } of this.extents(matchers, from, to))
      for (const name in labels) names.add(name);
    return names;
  }

  /** The values that a label of those series has. */
  labelValues(name: string, matchers: readonly Matcher[], from: Millis, to: Millis): Set<string> {
    if (matchers.length === 0) return this.#index.values(name, this.#touching(from, to));
    const values = new Set<string>();
    for (const { labels } of this.extents(matchers, from, to))
      if (Object.hasOwn(labels, name)) values.add(labels[name]!);
    return values;
  }

  #touching(from: Millis, to: Millis): (ref: number) => boolean {
    const start = Math.max(from, this.from);
    return (ref) => this.#series[ref]!.touches(start, to);
  }

  /** Moves the head's beginning forward. Call only once everything older is in the history. */
  truncate(from: Millis): void {
    this.from = from;
    const gone = new Set<number>();
    for (const [ref, series] of this.#series.entries()) {
      if (series === undefined) continue;
      series.dropBefore(from);
      if (series.length === 0) gone.add(ref);
    }
    if (gone.size === 0) return;
    this.#index.remove(gone, (ref) => this.#series[ref]!.labels);
    for (const ref of gone) {
      this.#refs.delete(this.#series[ref]!.id);
      this.#series[ref]!.release();
      this.#series[ref] = undefined;
    }
  }
}

/** Columns are taken for many series at once: a pair of arrays for each would cost more than reading it. */
const ROOM_SAMPLES = 1_000_000;

function withLabels(labels: Labels, columns: Columns): SeriesColumns {
  // The common ones by hand: spreading takes as long as decoding the samples.
  const { times, values, stale, histograms } = columns;
  return stale === undefined && histograms === undefined
    ? { labels, times, values }
    : { labels, ...columns };
}

function roomFor(samples: number): ColumnRoom {
  return { times: new Float64Array(samples), values: new Float64Array(samples), used: 0 };
}

function sameSample(a: SampleValue, b: SampleValue): boolean {
  if (typeof a === 'object' && typeof b === 'object')
    return JSON.stringify(a) === JSON.stringify(b);
  return Object.is(a, b);
}
