import type {
  Labels,
  Matcher,
  Millis,
  SelectHints,
  SeriesColumns,
  SeriesSource,
} from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { type Appended, Head } from './head.ts';
import type { History } from './history.ts';
import { joinColumns } from './join-columns.ts';
import { sampleLine } from './sample-line.ts';

const FLUSH_EVERY_MS = 1000;
const TRUNCATE_EVERY_MS = 60_000;
/** About 60 MB of text: past that, ClickHouse has refused for long, and the oldest pending samples are given up. */
const MOST_PENDING = 1_000_000;

export interface MetricStoreOptions {
  readonly history: History;
  readonly headMs: number;
  readonly log: Logger;
  readonly clock?: () => Millis;
}

export interface MetricStoreState {
  readonly series: number;
  readonly pendingSamples: number;
  readonly lostSamples: number;
  /** What ClickHouse said when it last refused; null when the last write went well. */
  readonly writeError: string | null;
}

/**
 * Head and history as one: what is appended is readable at once and in ClickHouse within about a second. The head
 * answers from its beginning on, the history answers for what is older: no sample is counted twice, none is missed.
 */
export class MetricStore implements SeriesSource {
  readonly #history: History;
  readonly #head: Head;
  readonly #headMs: number;
  readonly #log: Logger;
  readonly #clock: () => Millis;
  #timers: NodeJS.Timeout[] = [];
  #pendingSeries: { id: string; labels: Labels }[] = [];
  #pendingSamples: string[] = [];
  #flushing: Promise<void> | undefined;
  #lost = 0;
  #writeError: string | null = null;

  private constructor(options: MetricStoreOptions) {
    this.#history = options.history;
    this.#headMs = options.headMs;
    this.#log = options.log;
    this.#clock = options.clock ?? Date.now;
    this.#head = new Head(this.#clock() - options.headMs);
  }

  /** Opens the store with the recent past already in the head. */
  static async open(options: MetricStoreOptions): Promise<MetricStore> {
    const store = new MetricStore(options);
    for (const series of await options.history.read([], store.#head.from, store.#clock() + 60_000))
      store.#refill(series);
    store.#timers = [
      setInterval(() => void store.flush(), FLUSH_EVERY_MS),
      setInterval(() => void store.truncate(), TRUNCATE_EVERY_MS),
    ];
    return store;
  }

  get state(): MetricStoreState {
    return {
      series: this.#head.seriesCount,
      pendingSamples: this.#pendingSamples.length,
      lostSamples: this.#lost,
      writeError: this.#writeError,
    };
  }

  /** The series' reference for `append`; one whose series has left the head since is answered with `gone`. */
  ref(labels: Labels): number {
    const before = this.#head.seriesCount;
    const ref = this.#head.ref(labels);
    if (this.#head.seriesCount > before)
      this.#pendingSeries.push({ id: this.#head.get(ref)!.id, labels });
    return ref;
  }

  /** Appends one sample. `time` in whole milliseconds. */
  append(ref: number, time: Millis, value: number, stale = false): Appended | 'gone' {
    const series = this.#head.get(ref);
    if (series === undefined) return 'gone';
    const outcome = this.#head.append(series, time, value, stale);
    if (outcome === 'ok') this.#pendingSamples.push(sampleLine(series.id, time, value, stale));
    return outcome;
  }

  /** Ends a series with a stale marker, if it is not ended already. */
  markStale(ref: number, time: Millis): void {
    if (this.#head.get(ref)?.live === true) this.append(ref, time, Number.NaN, true);
  }

  /**
   * Takes samples of the past, which may be older than the head, straight to the history and, where recent, to the head.
   * Rows of one series must ascend, be newer than all it has, and share one `labels` object.
   */
  async backfill(rows: Iterable<{ labels: Labels; time: Millis; value: number }>): Promise<void> {
    const lines: string[] = [];
    const series = new Map<Labels, { id: string; ref: number }>();
    for (const { labels, time, value } of rows) {
      let known = series.get(labels);
      if (known === undefined) {
        const ref = this.ref(labels);
        known = { id: this.#head.get(ref)!.id, ref };
        series.set(labels, known);
      }
      if (time >= this.#head.from) this.append(known.ref, time, value);
      else lines.push(sampleLine(known.id, time, value, false));
    }
    const newSeries = this.#pendingSeries.splice(0);
    await this.#history.write({ series: newSeries, samples: lines });
  }

  async select(
    matchers: readonly Matcher[],
    range: { from: Millis; to: Millis },
    _hints?: SelectHints,
    signal?: AbortSignal,
  ): Promise<readonly SeriesColumns[]> {
    const boundary = this.#head.from;
    const recent = this.#head
      .find(matchers)
      .map((series) => ({
        labels: series.labels,
        ...series.slice(Math.max(range.from, boundary), range.to),
      }))
      .filter((series) => series.times.length > 0);
    if (range.from >= boundary) return recent;
    const older = await this.#history.read(
      matchers,
      range.from,
      Math.min(range.to, boundary - 1),
      signal,
    );
    return joinColumns(older, recent);
  }

  /** Writes what is pending. Samples that ClickHouse refuses stay pending and are tried again. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    if (this.#pendingSamples.length === 0 && this.#pendingSeries.length === 0) return;
    const series = this.#pendingSeries;
    const samples = this.#pendingSamples;
    this.#pendingSeries = [];
    this.#pendingSamples = [];
    try {
      await this.#history.write({ series, samples });
      this.#writeError = null;
    } catch (error) {
      if (this.#writeError === null)
        this.#log.error(
          { error: messageOf(error) },
          'ClickHouse refused samples; they stay in memory and are tried again',
        );
      this.#writeError = messageOf(error);
      this.#pendingSeries = series.concat(this.#pendingSeries);
      this.#pendingSamples = samples.concat(this.#pendingSamples);
      const tooMany = this.#pendingSamples.length - MOST_PENDING;
      if (tooMany > 0) {
        this.#pendingSamples.splice(0, tooMany);
        this.#lost += tooMany;
      }
    }
  }

  /** Lets the head forget what is older than its window, once it is in the history. */
  async truncate(): Promise<void> {
    await this.flush();
    if (this.#writeError !== null) return;
    this.#head.truncate(this.#clock() - this.#headMs);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.flush();
    if (this.#pendingSamples.length > 0) await this.flush();
  }

  #refill(columns: SeriesColumns): void {
    const series = this.#head.get(this.#head.ref(columns.labels))!;
    for (let i = 0; i < columns.times.length; i++) {
      const stale = columns.stale !== undefined && (columns.stale[i >> 3]! & (1 << (i & 7))) !== 0;
      this.#head.append(series, columns.times[i]!, columns.values[i]!, stale);
    }
  }
}
