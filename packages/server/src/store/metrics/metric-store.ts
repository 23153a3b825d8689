import type { SampleInput, SeriesInput, Steps } from '@bellwether/formats';
import type {
  CancelSignal,
  Labels,
  Matcher,
  Millis,
  SelectHints,
  SeriesColumns,
  SeriesSource,
} from '@bellwether/promql';
import type { Logger } from '../../log.ts';
import { inSlices } from '../../slices.ts';
import { REMEMBER_SERIES_MS } from '../schema/remember-series.ts';
import { type Appended, Head } from './head.ts';
import type { History } from './history.ts';
import { joinColumns } from './join-columns.ts';
import type { Past } from './past.ts';
import { Pending } from './pending.ts';
import { Refill } from './refill.ts';
import type { SampleValue, Series } from './series.ts';
import { seriesId } from './series-id.ts';
import { SeriesGate, type SeriesLimits, type SeriesRefusal } from './series-limits.ts';
import { SeriesLookups, type TimeRange } from './series-lookups.ts';
import { type AppendOutcome, type MetricSink, type Rejection, StoreBusyError } from './sink.ts';

const FLUSH_EVERY_MS = 1000;
const TRUNCATE_EVERY_MS = 60_000;
/** How many series are written again at a time: all of them as text would take more memory than they do. */
const REMEMBER_AT_ONCE = 20_000;
/** Series whose samples are taken in a step. */
const SERIES_A_STEP = 32;
const OUT_OF_ORDER_MS = 30 * 60_000;

export interface MetricStoreOptions {
  readonly history: History;
  readonly headMs: number;
  readonly log: Logger;
  readonly clock?: () => Millis;
  /** How late a sample may come through the durable door; default 30 minutes. */
  readonly outOfOrderMs?: Millis;
  /** Answers for the past instead of the history alone. */
  readonly past?: Past;
  /** Default: none. */
  readonly limits?: SeriesLimits;
}

export interface MetricStoreState {
  readonly series: number;
  /** New series that were refused, by the limit that they met. */
  readonly refusedSeries: Readonly<Record<SeriesRefusal, number>>;
  readonly pendingSamples: number;
  readonly lostSamples: number;
  /** What ClickHouse said when it last refused; null when the last write went well. */
  readonly writeError: string | null;
}

/**
 * Head and history as one: what is appended is readable at once and in ClickHouse within about a second. The head
 * answers from its beginning on, the history answers for what is older: no sample is counted twice, none is missed.
 */
export class MetricStore implements SeriesSource, MetricSink {
  /** Which series there are, without their samples. */
  readonly lookups: SeriesLookups;
  readonly #history: History;
  readonly #past: Past | undefined;
  readonly #head: Head;
  readonly #gate: SeriesGate;
  readonly #headMs: number;
  readonly #outOfOrderMs: number;
  readonly #clock: () => Millis;
  readonly #pending: Pending;
  readonly #refill: Refill;
  /** References by the labels' object: senders' caches hand over the same object each time. */
  readonly #refs = new WeakMap<Labels, number>();
  #timers: NodeJS.Timeout[] = [];

  private constructor(options: MetricStoreOptions) {
    this.#history = options.history;
    this.#past = options.past;
    this.#headMs = options.headMs;
    this.#outOfOrderMs = options.outOfOrderMs ?? OUT_OF_ORDER_MS;
    this.#clock = options.clock ?? Date.now;
    this.#head = new Head(this.#clock() - Math.min(options.headMs, this.#outOfOrderMs));
    this.lookups = new SeriesLookups(this.#head, options.history);
    this.#gate = new SeriesGate(this.#head, options.limits ?? { total: 0, perJob: 0 });
    this.#refill = new Refill(options.history, this.#head, this.#gate, options.log);
    this.#pending = new Pending((batch) => this.#history.write(batch), options.log);
  }

  /**
   * Opens the store with as much of the past in the head as late samples may reach back to. What the head holds beyond
   * that follows on its own; until then the history answers for it.
   */
  static async open(options: MetricStoreOptions): Promise<MetricStore> {
    const store = new MetricStore(options);
    const begin = store.#head.from;
    const now = store.#clock();
    const filled = await store.#refill.recent(now + 10 * 60_000);
    if (!filled) store.#head.restart(now);
    const from = filled ? Math.min(begin, store.#clock() - options.headMs) : now;
    store.#refill.beginOlder(from, () => void store.remember());
    store.#timers = [
      setInterval(() => void store.flush(), FLUSH_EVERY_MS),
      setInterval(() => void store.truncate(), TRUNCATE_EVERY_MS),
      setInterval(() => void store.remember(), REMEMBER_SERIES_MS),
    ];
    return store;
  }

  /** Resolves once the head reaches back as far as it should. */
  get filled(): Promise<void> {
    return this.#refill.settled;
  }

  get state(): MetricStoreState {
    return {
      series: this.#head.seriesCount,
      refusedSeries: { ...this.#gate.refused },
      pendingSamples: this.#pending.size,
      lostSamples: this.#pending.lost,
      writeError: this.#pending.error,
    };
  }

  /**
   * Lets new series in, all or none; who asks `ref` without it is always let in.
   * @throws SeriesLimitError
   */
  admit(series: readonly Labels[]): Steps<void> {
    return this.#gate.admit(series);
  }

  /** The series' reference for `append`; one whose series has left the head since is answered with `gone`. */
  ref(labels: Labels, id = seriesId(labels)): number {
    const before = this.#head.seriesCount;
    const ref = this.#head.ref(labels, id);
    if (this.#head.seriesCount > before) this.#pending.addSeries(this.#head.get(ref)!.id, labels);
    return ref;
  }

  /** What is older than this is not taken any more where there are newer samples: see `storage.out_of_order_time_window`. */
  get oldestTaken(): Millis {
    return this.#clock() - this.#outOfOrderMs;
  }

  /**
   * Appends one sample that must be newer than the series' last, or not older than `notBefore`. `time` in whole
   * milliseconds.
   */
  append(ref: number, time: Millis, value: SampleValue, notBefore?: Millis): Appended | 'gone' {
    const series = this.#head.get(ref);
    return series === undefined ? 'gone' : this.#append(series, time, value, notBefore);
  }

  #append(series: Series, time: Millis, value: SampleValue, notBefore?: Millis): Appended {
    const outcome = this.#head.append(series, time, value, notBefore);
    // A head that could not be refilled begins late; what is older is for the history alone then.
    if (outcome === 'too-old' && notBefore !== undefined && time >= notBefore) {
      this.#pending.addSample(series.id, time, value);
      return 'ok';
    }
    if (outcome === 'ok' || (outcome === 'duplicate' && this.#pending.gaveUp(time)))
      this.#pending.addSample(series.id, time, value);
    return outcome;
  }

  /** The series of these labels, made when it is new; a sentence where it cannot be. */
  #seriesOf(labels: Labels): Series | string {
    const ref = this.#refs.get(labels);
    const known = ref === undefined ? undefined : this.#head.get(ref);
    if (known !== undefined) return known;
    const id = seriesId(labels);
    const refusal = this.#head.has(id) ? undefined : this.#gate.refuse(labels);
    if (refusal !== undefined) return refusal;
    const made = this.ref(labels, id);
    this.#refs.set(labels, made);
    return this.#head.get(made)!;
  }

  /** Ends a series with a stale marker, if it is not ended already. */
  markStale(ref: number, time: Millis): void {
    if (this.#head.get(ref)?.live === true) this.append(ref, time, 'stale', this.oldestTaken);
  }

  async write(batch: readonly SeriesInput[]): Promise<AppendOutcome> {
    if (this.#pending.busy)
      throw new StoreBusyError('ClickHouse is behind with what was sent before', 5);
    if (!this.#refill.done && batch.some(({ samples }) => samples[0]!.time < this.#head.from))
      throw new StoreBusyError('the past is still being read; samples older than that wait', 5);
    const outcome = await inSlices(this.#take(batch));
    await this.#pending.commit();
    return outcome;
  }

  *#take(batch: readonly SeriesInput[]): Steps<AppendOutcome> {
    let samples = 0;
    let histograms = 0;
    const rejected: Rejection[] = [];
    const notBefore = this.oldestTaken;
    for (let i = 0; i < batch.length; i++) {
      if (i % SERIES_A_STEP === SERIES_A_STEP - 1) yield;
      const { labels, samples: inputs } = batch[i]!;
      const series = this.#seriesOf(labels);
      if (typeof series === 'string') {
        for (const sample of inputs)
          rejected.push({ labels, sample, reason: 'too-many-series', detail: series });
        continue;
      }
      for (const input of inputs) {
        const outcome = this.#append(series, input.time, sampleOf(input), notBefore);
        if (outcome === 'ok' || outcome === 'duplicate') {
          if (input.histogram === undefined) samples++;
          else histograms++;
        } else rejected.push({ labels, sample: input, reason: REASONS[outcome] });
      }
    }
    return { samples, histograms, rejected };
  }

  /**
   * Takes samples of the past, which may be older than the head, straight to the history and, where recent, to the head.
   * Rows of one series must ascend, be newer than all it has, and share one `labels` object.
   */
  async backfill(rows: Iterable<{ labels: Labels; time: Millis; value: number }>): Promise<void> {
    if (this.#past === undefined) return this.#backfill(rows);
    const all = [...rows];
    let [from, to] = [Infinity, -Infinity];
    for (const { time } of all) {
      if (time < from) from = time;
      if (time > to) to = time;
    }
    await this.#past.rewrite({ from, to }, () => this.#backfill(all));
  }

  async #backfill(rows: Iterable<{ labels: Labels; time: Millis; value: number }>): Promise<void> {
    await this.#refill.settled;
    const series = new Map<Labels, { id: bigint; ref: number }>();
    for (const { labels, time, value } of rows) {
      let known = series.get(labels);
      if (known === undefined) {
        const ref = this.ref(labels);
        known = { id: this.#head.get(ref)!.id, ref };
        series.set(labels, known);
      }
      if (time >= this.#head.from) this.append(known.ref, time, value);
      else this.#pending.addSample(known.id, time, value);
    }
    await this.#pending.commit();
  }

  async select(
    matchers: readonly Matcher[],
    range: TimeRange,
    hints?: SelectHints,
    signal?: CancelSignal,
  ): Promise<readonly SeriesColumns[]> {
    const boundary = this.#head.from;
    const recent = this.#head.select(matchers, range.from, range.to, hints?.maxSamples);
    if (range.from >= boundary) return recent;
    const to = Math.min(range.to, boundary - 1);
    const abort = abortOf(signal);
    const older =
      this.#past === undefined || hints === undefined
        ? await this.#history.read(matchers, range.from, to, { signal: abort })
        : await this.#past.read(matchers, { from: range.from, to }, hints, abort);
    return joinColumns(older, recent);
  }

  /** Writes what is pending. What ClickHouse refuses stays pending, and the state says so. */
  async flush(): Promise<void> {
    await this.#pending.commit().catch(() => undefined);
  }

  /**
   * The moment before which nothing is pending and nothing more is taken, but by a backfill: all of it is in ClickHouse.
   * null: ClickHouse refuses at present.
   */
  async settled(): Promise<Millis | null> {
    const from = Math.min(this.#head.from, this.#clock() - this.#headMs);
    await this.flush();
    return this.#pending.error === null ? from : null;
  }

  /** Lets the head forget what is older than its window, once it is in the history. */
  async truncate(): Promise<void> {
    await this.flush();
    const from = this.#clock() - this.#headMs;
    // The head may not reach back that far yet.
    if (this.#pending.error === null && from > this.#head.from) this.#head.truncate(from);
  }

  /** Writes the labels of all series again, which keeps them in the history for another day beyond their samples. */
  async remember(): Promise<void> {
    let series = 0;
    for (const { id, labels } of this.#head.find([])) {
      this.#pending.addSeries(id, labels);
      if (++series % REMEMBER_AT_ONCE !== 0) continue;
      await this.flush();
      // There is another day for the rest.
      if (this.#pending.error !== null) return;
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#refill.stop();
    await this.flush();
  }
}

function abortOf(signal: CancelSignal | undefined): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}

const REASONS: Readonly<Record<Exclude<Appended, 'ok' | 'duplicate'>, Rejection['reason']>> = {
  conflict: 'duplicate-with-another-value',
  'out-of-order': 'out-of-order',
  'too-old': 'too-old',
};

function sampleOf({ stale, histogram, value }: SampleInput): SampleValue {
  return stale === true ? 'stale' : (histogram ?? value);
}
