import { createHash } from 'node:crypto';
import { type FloatHistogram, type Labels, labelsKey, type Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { TargetMetadata, TargetView } from '../../metrics/source.ts';
import { outsideText } from '../../outside-text.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import type { SampleValue } from '../../store/metrics/series.ts';
import { CustomBuckets } from './custom-buckets.ts';
import type { Exposition, MetricMetadata } from './exposition.ts';
import { complaint, type ScrapedBody } from './fetch-exposition.ts';
import type { SeriesRules } from './job-settings.ts';
import { limitHistogram } from './native-limits.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { parseProtobuf } from './protobuf.ts';
import { type CachedSeries, SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';
import { parseTextFormat } from './text-format.ts';

/** An exemplar with the series it belongs to. `time` in Unix milliseconds. */
export interface ScrapedExemplar {
  readonly series: Labels;
  readonly labels: Labels;
  readonly value: number;
  readonly time: Millis;
}

/** Where a loop puts what it reads. */
export interface ScrapeSinks {
  readonly store: MetricStore;
  readonly log: Logger;
  readonly onMetadata: (metadata: ReadonlyMap<string, MetricMetadata>) => void;
  readonly onExemplars?: ((exemplars: readonly ScrapedExemplar[]) => void) | undefined;
  readonly clock: () => Millis;
}

export interface ScrapeLoopOptions extends ScrapeSinks {
  readonly target: Target;
  readonly rules: SeriesRules;
  readonly read: () => Promise<ScrapedBody>;
  /** A loop that this one takes over from: it stops, and of its series those the first scrape here lacks end then. */
  readonly predecessor?: ScrapeLoop | undefined;
}

interface Counts {
  scraped: number;
  relabelled: number;
  added: number;
}

/**
 * Scrapes one target at its interval and writes its samples, `up` and the `scrape_*` series. A scrape that fails
 * writes nothing of the target: its series end with stale markers and `up` is 0.
 */
export class ScrapeLoop {
  readonly #options: ScrapeLoopOptions;
  readonly #series: SeriesCache;
  readonly #customBuckets: CustomBuckets | undefined;
  readonly #reports = new Map<string, number>();
  #inherited: readonly number[] = [];
  #refusal: string | null = null;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #health: TargetView['health'] = 'unknown';
  #lastError = '';
  #lastScrape: Millis | null = null;
  #lastScrapeMs = 0;
  #metadata: ReadonlyMap<string, MetricMetadata> = new Map();

  constructor(options: ScrapeLoopOptions) {
    this.#options = options;
    const { store, target, rules } = options;
    this.#series = new SeriesCache(store, target.labels, rules);
    if (rules.customBuckets) this.#customBuckets = new CustomBuckets(rules.histograms.classicToo);
  }

  get view(): TargetView {
    const { target } = this.#options;
    return {
      job: target.job,
      url: target.url,
      discoveredLabels: target.discoveredLabels,
      labels: target.labels,
      health: this.#health,
      lastError: this.#lastError,
      lastScrape: this.#lastScrape,
      lastScrapeMs: this.#lastScrapeMs,
      intervalMs: target.intervalMs,
      timeoutMs: target.timeoutMs,
    };
  }

  /** What the last good scrape said of its metrics. */
  get metadata(): TargetMetadata {
    return { target: this.#options.target.labels, metadata: this.#metadata };
  }

  /** Makes every scrape fail with this sentence and without asking the target; null lets it be asked again. */
  refuse(reason: string | null): void {
    this.#refusal = reason;
  }

  /** Scrapes at once, which it resolves with, and from then on keeps to its beat. */
  async start(): Promise<void> {
    this.#running = this.#begin();
    await this.#running;
  }

  async #begin(): Promise<void> {
    const { clock, predecessor, target } = this.#options;
    if (predecessor !== undefined) this.#inherited = await predecessor.handOver();
    if (this.#stopped) return;
    const at = clock();
    await this.scrape(at);
    this.#schedule(at + target.intervalMs / 2);
  }

  /**
   * The beat of a target lies at a fixed place in its interval, found from what the target is: timestamps do not wander,
   * many targets do not come at the same moment, and a restart goes on in step.
   */
  #schedule(after: Millis): void {
    if (this.#stopped) return;
    const { clock, target } = this.#options;
    const { intervalMs } = target;
    const offset = placeIn(intervalMs, target);
    const from = Math.max(after, clock() - intervalMs);
    const at = offset + (Math.floor((from - offset) / intervalMs) + 1) * intervalMs;
    this.#timer = setTimeout(
      () => {
        this.#running = this.scrape(at).finally(() => this.#schedule(at));
      },
      Math.max(0, at - clock()),
    );
  }

  /** Ends no series: after a restart they go on, and alerts on them with them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Stops because the target is gone: its series end with stale markers, `up` and the others too. */
  async retire(): Promise<void> {
    await this.stop();
    const { store, clock } = this.#options;
    const at = Math.max(clock(), (this.#lastScrape ?? 0) + 1);
    for (const ref of this.#refs()) store.markStale(ref, at);
  }

  /** Stops so that another loop with the same labels can take over; gives the series it had. */
  async handOver(): Promise<readonly number[]> {
    await this.stop();
    return this.#refs();
  }

  #refs(): number[] {
    return [...this.#series.refs(), ...this.#reports.values(), ...this.#inherited];
  }

  /** One scrape, its samples stored under `at`. Never rejects: failure is a state of the target. */
  async scrape(at: Millis): Promise<void> {
    const { target, log } = this.#options;
    const began = performance.now();
    const counts: Counts = { scraped: 0, relabelled: 0, added: 0 };
    let failure: string | null = null;
    try {
      const exposition = await this.#read();
      this.#store(exposition, at, counts);
    } catch (error) {
      failure = outsideText(messageOf(error));
      this.#series.endAll(at);
    }
    const seconds = (performance.now() - began) / 1000;
    this.#report('up', failure === null ? 1 : 0, at);
    this.#report('scrape_duration_seconds', seconds, at);
    this.#report('scrape_samples_scraped', counts.scraped, at);
    this.#report('scrape_samples_post_metric_relabeling', counts.relabelled, at);
    this.#report('scrape_series_added', counts.added, at);
    this.#endInherited(at);
    const of = { job: target.job, url: outsideText(target.url) };
    if (failure !== null && this.#lastError !== failure)
      log.warn({ ...of, error: failure }, 'scrape failed');
    if (failure === null && this.#health === 'down') log.info(of, 'scrape works again');
    this.#health = failure === null ? 'up' : 'down';
    this.#lastError = failure ?? '';
    this.#lastScrape = at;
    this.#lastScrapeMs = seconds * 1000;
  }

  async #read(): Promise<Exposition> {
    if (this.#refusal !== null) throw new Error(this.#refusal);
    const exposition = await this.#parse();
    return this.#customBuckets?.convert(exposition) ?? exposition;
  }

  async #parse(): Promise<Exposition> {
    const body = await this.#options.read();
    const known = (series: string): boolean => this.#series.has(series);
    try {
      if (body.format === 'protobuf')
        return parseProtobuf(body.bytes, known, this.#options.rules.histograms);
      const parse = body.format === 'openmetrics' ? parseOpenMetrics : parseTextFormat;
      return parse(body.text, known);
    } catch (error) {
      throw complaint(error, body.fromElsewhere === true);
    }
  }

  #store(exposition: Exposition, at: Millis, counts: Counts): void {
    const { rules, store, onMetadata } = this.#options;
    // First all series are resolved and counted, then samples are written: a scrape is stored whole or not at all.
    const rows: CachedSeries[] = [];
    const fresh: Labels[] = [];
    counts.scraped = exposition.series.length;
    for (const text of exposition.series) {
      const series = this.#series.get(text);
      rows.push(series);
      if (series.labels === null) continue;
      counts.relabelled++;
      if (series.ref < 0) fresh.push(series.labels);
    }
    if (rules.limits.samples > 0 && counts.relabelled > rules.limits.samples)
      throw new Error(
        `sample limit exceeded: ${counts.relabelled} samples are more than sample_limit ${rules.limits.samples}`,
      );
    store.admit(fresh);
    const histograms = new Map<number, FloatHistogram>();
    for (const [row, histogram] of exposition.histograms)
      if (rows[row]!.labels !== null)
        histograms.set(row, limitHistogram(histogram, rules.limits.histograms));
    const round = ++this.#round;
    for (const [i, series] of rows.entries()) {
      series.seen = round;
      if (series.labels === null) continue;
      const own = exposition.times[i]!;
      const explicit = rules.honorTimestamps && !Number.isNaN(own);
      series.tracked = !explicit || rules.trackTimestampsStaleness;
      if (series.ref < 0) counts.added++;
      const value = histograms.get(i) ?? exposition.values[i]!;
      this.#append(series, series.labels, explicit ? own : at, value);
    }
    this.#metadata = exposition.metadata;
    onMetadata(exposition.metadata);
    this.#handOnExemplars(exposition, rows, at);
    this.#series.endUnseen(round, at);
  }

  #append(series: CachedSeries, labels: Labels, time: Millis, value: SampleValue): void {
    const { store } = this.#options;
    if (series.ref >= 0 && store.append(series.ref, time, value) !== 'gone') return;
    series.ref = store.ref(labels);
    store.append(series.ref, time, value);
  }

  #handOnExemplars(exposition: Exposition, rows: readonly CachedSeries[], at: Millis): void {
    const { onExemplars } = this.#options;
    if (onExemplars === undefined || exposition.exemplars.length === 0) return;
    onExemplars(
      exposition.exemplars.flatMap(({ row, labels, value, time }) => {
        const cached = rows[row]!;
        const series = cached.labels;
        if (series === null) return [];
        const repeated = cached.exemplar;
        cached.exemplar = Number.isNaN(time) ? `${value} ${labelsKey(labels)}` : null;
        if (cached.exemplar === null) return [{ series, labels, value, time }];
        return cached.exemplar === repeated ? [] : [{ series, labels, value, time: at }];
      }),
    );
  }

  #report(name: string, value: number, at: Millis): void {
    const { store, target } = this.#options;
    const known = this.#reports.get(name);
    if (known !== undefined && store.append(known, at, value) !== 'gone') return;
    const ref = store.ref({ ...target.labels, __name__: name });
    this.#reports.set(name, ref);
    store.append(ref, at, value);
  }

  #endInherited(at: Millis): void {
    if (this.#inherited.length === 0) return;
    const inherited = this.#inherited;
    this.#inherited = [];
    const mine = new Set(this.#refs());
    for (const ref of inherited) if (!mine.has(ref)) this.#options.store.markStale(ref, at);
  }
}

/** A place within the interval that is the target's own: the same in every process, spread evenly over many targets. */
function placeIn(intervalMs: Millis, target: Target): Millis {
  const labels = Object.entries(target.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('md5')
    .update(JSON.stringify([target.url, labels]))
    .digest();
  return digest.readUIntBE(0, 6) % intervalMs;
}
