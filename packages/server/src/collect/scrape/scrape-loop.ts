import type { Labels, Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { TargetView } from '../../metrics/source.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import { type Exposition, type MetricMetadata, parseExposition } from './exposition.ts';
import { parseSeriesText } from './series-text.ts';
import { type Target, targetLabels } from './target.ts';

export interface ScrapeLoopOptions {
  readonly target: Target;
  readonly store: MetricStore;
  readonly log: Logger;
  readonly read: (url: string, timeoutMs: number) => Promise<string>;
  readonly onMetadata: (metadata: ReadonlyMap<string, MetricMetadata>) => void;
  readonly clock: () => Millis;
}

interface KnownSeries {
  readonly labels: Labels;
  ref: number;
  /** Number of the scrape that last had it: those left behind went away. */
  seen: number;
}

/**
 * Scrapes one target at its interval and writes its samples, `up` and the `scrape_*` series. A scrape that fails
 * writes nothing of the target: its series end with stale markers and `up` is 0.
 */
export class ScrapeLoop {
  readonly #options: ScrapeLoopOptions;
  readonly #known = new Map<string, KnownSeries>();
  readonly #reports = new Map<string, number>();
  #round = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #health: TargetView['health'] = 'unknown';
  #lastError = '';
  #lastScrape: Millis | null = null;
  #lastScrapeMs = 0;

  constructor(options: ScrapeLoopOptions) {
    this.#options = options;
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

  /** Scrapes at once, which it resolves with, and from then on keeps to a fixed beat, so that timestamps do not wander. */
  async start(): Promise<void> {
    const begin = this.#options.clock();
    this.#running = this.scrape(begin);
    await this.#running;
    this.#beat(begin, 1);
  }

  #beat(begin: Millis, n: number): void {
    if (this.#stopped) return;
    const { clock, target } = this.#options;
    const late = Math.floor((clock() - begin) / target.intervalMs) - n;
    const next = late > 0 ? n + late : n;
    const at = begin + next * target.intervalMs;
    this.#timer = setTimeout(
      () => {
        this.#running = this.scrape(at).finally(() => this.#beat(begin, next + 1));
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

  /** One scrape, its samples stored under `at`. Never rejects: failure is a state of the target. */
  async scrape(at: Millis): Promise<void> {
    const { target, read, log } = this.#options;
    const began = performance.now();
    let counts = { scraped: 0, added: 0 };
    let failure: string | null = null;
    try {
      const text = await read(target.url, target.timeoutMs);
      const exposition = parseExposition(text, (series) => this.#known.has(series));
      if (target.sampleLimit > 0 && exposition.series.length > target.sampleLimit)
        throw new Error(
          `${exposition.series.length} samples are more than sample_limit ${target.sampleLimit}`,
        );
      counts = this.#store(exposition, at);
    } catch (error) {
      failure = messageOf(error);
      this.#endSeriesNotSeen(++this.#round, at);
    }
    const seconds = (performance.now() - began) / 1000;
    this.#report('up', failure === null ? 1 : 0, at);
    this.#report('scrape_duration_seconds', seconds, at);
    this.#report('scrape_samples_scraped', counts.scraped, at);
    this.#report('scrape_samples_post_metric_relabeling', counts.scraped, at);
    this.#report('scrape_series_added', counts.added, at);
    if (failure !== null && this.#lastError !== failure)
      log.warn({ job: target.job, url: target.url, error: failure }, 'scrape failed');
    if (failure === null && this.#health === 'down')
      log.info({ job: target.job, url: target.url }, 'scrape works again');
    this.#health = failure === null ? 'up' : 'down';
    this.#lastError = failure ?? '';
    this.#lastScrape = at;
    this.#lastScrapeMs = seconds * 1000;
  }

  #store(exposition: Exposition, at: Millis): { scraped: number; added: number } {
    const { store, target, onMetadata } = this.#options;
    const round = ++this.#round;
    let added = 0;
    for (let i = 0; i < exposition.series.length; i++) {
      const text = exposition.series[i]!;
      let series = this.#known.get(text);
      if (series === undefined) {
        const labels = targetLabels(parseSeriesText(text), target);
        series = { labels, ref: store.ref(labels), seen: round };
        this.#known.set(text, series);
        added++;
      }
      const own = exposition.times[i]!;
      const explicit = target.honorTimestamps && !Number.isNaN(own);
      const time = explicit ? own : at;
      if (store.append(series.ref, time, exposition.values[i]!) === 'gone') {
        series.ref = store.ref(series.labels);
        store.append(series.ref, time, exposition.values[i]!);
      }
      // Prometheus marks no series stale whose times the target itself sets.
      series.seen = explicit ? Infinity : round;
    }
    onMetadata(exposition.metadata);
    this.#endSeriesNotSeen(round, at);
    return { scraped: exposition.series.length, added };
  }

  #endSeriesNotSeen(round: number, at: Millis): void {
    for (const [text, series] of this.#known) {
      if (series.seen >= round) continue;
      this.#options.store.markStale(series.ref, at);
      this.#known.delete(text);
    }
  }

  #report(name: string, value: number, at: Millis): void {
    const { store, target } = this.#options;
    const labels = { __name__: name, ...target.labels };
    const known = this.#reports.get(name);
    if (known !== undefined && store.append(known, at, value) !== 'gone') return;
    const ref = store.ref(labels);
    this.#reports.set(name, ref);
    store.append(ref, at, value);
  }
}
