import { createHash } from 'node:crypto';
import {
  CustomBuckets,
  type Exposition,
  openMetricsSteps,
  protobufSteps,
  type Steps,
  textFormatSteps,
} from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { type Clocks, JumpMeter } from '../../clock/jump-meter.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { MetadataView, TargetMetadata, TargetView } from '../../metrics/source.ts';
import { oneAtATime } from '../../one-at-a-time.ts';
import { joined } from '../../outbound/read-limited.ts';
import { outsideText } from '../../outside-text.ts';
import { inSlices } from '../../slices.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import { complaint, type ScrapedBody } from './fetch-exposition.ts';
import type { SeriesRules } from './job-settings.ts';
import {
  type RefusedSample,
  type ScrapeCounts,
  type ScrapedExemplar,
  ScrapeWriter,
} from './scrape-writer.ts';
import type { Target } from './target.ts';

/** Where a loop puts what it reads. */
export interface ScrapeSinks {
  readonly store: MetricStore;
  readonly log: Logger;
  /** Returns what is to be kept of it. */
  readonly onMetadata: (
    metadata: ReadonlyMap<string, MetadataView>,
  ) => ReadonlyMap<string, MetadataView>;
  readonly onExemplars?: ((exemplars: readonly ScrapedExemplar[]) => void) | undefined;
  readonly clocks: Clocks;
  /** Told of samples that the store did not take, and why. */
  readonly onRefused?: ((reason: RefusedSample, count: number) => void) | undefined;
}

export interface ScrapeLoopOptions extends ScrapeSinks {
  readonly target: Target;
  readonly rules: SeriesRules;
  readonly read: () => Promise<ScrapedBody>;
  /** A loop that this one takes over from: it stops, and of its series those the first scrape here lacks end then. */
  readonly predecessor?: ScrapeLoop | undefined;
}

const ENDED_IN_A_STEP = 64;

/** From so many new series on, scrapes wait for each other, so that each is let in with those of the one before counted. */
const MANY_NEW = 1000;
const inTurn = oneAtATime();

/** The target answered, but with more than could be read in its time. */
class TooSlowError extends Error {}

/**
 * Scrapes one target at its interval and writes its samples, `up` and the `scrape_*` series. A scrape that fails
 * writes nothing of the target: its series end with stale markers and `up` is 0.
 */
export class ScrapeLoop {
  readonly #options: ScrapeLoopOptions;
  readonly #writer: ScrapeWriter;
  readonly #customBuckets: CustomBuckets | undefined;
  readonly #meter: JumpMeter;
  readonly #reports = new Map<string, number>();
  #inherited: readonly number[] = [];
  #refusal: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #health: TargetView['health'] = 'unknown';
  #lastError = '';
  #lastScrape: Millis | null = null;
  #lastScrapeMs = 0;
  #metadata: ReadonlyMap<string, MetadataView> = new Map();

  constructor(options: ScrapeLoopOptions) {
    this.#options = options;
    const { target, rules, clocks } = options;
    this.#meter = new JumpMeter(clocks);
    this.#writer = new ScrapeWriter(options, target.labels);
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
    const { clocks, predecessor, target } = this.#options;
    if (predecessor !== undefined) this.#inherited = await predecessor.handOver();
    if (this.#stopped) return;
    const at = clocks.wall();
    await this.scrape(at);
    this.#schedule(at + target.intervalMs / 2);
  }

  /**
   * The beat of a target lies at a fixed place in its interval, found from what the target is: timestamps do not wander,
   * many targets do not come at the same moment, and a restart goes on in step.
   */
  #schedule(after: Millis): void {
    if (this.#stopped) return;
    const { clocks, target } = this.#options;
    const { intervalMs } = target;
    const place = placeIn(intervalMs, target);
    const planned = beatAfter(Math.max(after, clocks.wall() - intervalMs), intervalMs, place);
    this.#timer = setTimeout(
      () => {
        // Where the clock was set meanwhile, it is the time that it says now.
        const jumped = this.#meter.take() !== 0;
        const at = jumped ? beatAfter(clocks.wall() - intervalMs, intervalMs, place) : planned;
        this.#running = this.scrape(at).finally(() => this.#schedule(at));
      },
      // Never much longer than an interval, wherever the clock is set to meanwhile.
      Math.min(Math.max(0, planned - clocks.wall()), 1.5 * intervalMs),
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
    const { store, clocks } = this.#options;
    const at = Math.max(clocks.wall(), (this.#lastScrape ?? 0) + 1);
    await inSlices(endOf(this.#refs(), store, at));
  }

  /** Stops so that another loop with the same labels can take over; gives the series it had. */
  async handOver(): Promise<readonly number[]> {
    await this.stop();
    return this.#refs();
  }

  #refs(): number[] {
    return [...this.#writer.refs(), ...this.#reports.values(), ...this.#inherited];
  }

  /** One scrape, its samples stored under `at`. Never rejects: failure is a state of the target. */
  async scrape(at: Millis): Promise<void> {
    const { target, log } = this.#options;
    const began = this.#options.clocks.monotonic();
    const counts: ScrapeCounts = { scraped: 0, relabelled: 0, added: 0 };
    let failure: string | null = null;
    try {
      await this.#take(at, began, counts);
    } catch (error) {
      failure = outsideText(messageOf(error));
      // What was read of too much is known the next time: a target with very many new series is taken up in a few scrapes.
      await inSlices(this.#writer.endAll(at, error instanceof TooSlowError));
    }
    const seconds = (this.#options.clocks.monotonic() - began) / 1000;
    this.#report('up', failure === null ? 1 : 0, at);
    this.#report('scrape_duration_seconds', seconds, at);
    this.#report('scrape_samples_scraped', counts.scraped, at);
    this.#report('scrape_samples_post_metric_relabeling', counts.relabelled, at);
    this.#report('scrape_series_added', counts.added, at);
    await this.#endInherited(at);
    const of = { job: target.job, url: outsideText(target.url) };
    if (failure !== null && this.#lastError !== failure)
      log.warn({ ...of, error: failure }, 'scrape failed');
    if (failure === null && this.#health === 'down') log.info(of, 'scrape works again');
    this.#health = failure === null ? 'up' : 'down';
    this.#lastError = failure ?? '';
    this.#lastScrape = at;
    this.#lastScrapeMs = seconds * 1000;
  }

  /** Asks, reads and writes; all but the writing within the scrape's time. */
  async #take(at: Millis, began: number, counts: ScrapeCounts): Promise<void> {
    if (this.#refusal !== null) throw new Error(this.#refusal);
    const { target, onMetadata } = this.#options;
    const inTime = (): void => {
      if (this.#options.clocks.monotonic() - began <= target.timeoutMs) return;
      throw new TooSlowError(
        `it answers with more than can be read within ${target.timeoutMs / 1000} s; set scrape_timeout higher, or limits lower`,
      );
    };
    const body = await this.#options.read();
    const exposition = await inSlices(this.#parse(body), inTime);
    const resolved = await inSlices(this.#writer.resolve(exposition, counts), inTime);
    const write = (): Promise<void> => inSlices(this.#writer.write(resolved, at, counts));
    await (resolved.fresh.length < MANY_NEW ? write() : inTurn(write));
    this.#metadata = onMetadata(exposition.metadata);
  }

  *#parse(body: ScrapedBody): Steps<Exposition> {
    const known = (series: string): boolean => this.#writer.has(series);
    try {
      const exposition =
        body.format === 'protobuf'
          ? yield* protobufSteps(yield* joined(body.chunks), known, this.#options.rules.histograms)
          : body.format === 'openmetrics'
            ? yield* openMetricsSteps(body.text, known)
            : yield* textFormatSteps(body.text, known);
      return this.#customBuckets === undefined
        ? exposition
        : yield* this.#customBuckets.steps(exposition);
    } catch (error) {
      throw complaint(error, body.fromElsewhere === true);
    }
  }

  #report(name: string, value: number, at: Millis): void {
    const { store, target } = this.#options;
    const known = this.#reports.get(name);
    const oldest = store.oldestTaken;
    if (known !== undefined && store.append(known, at, value, oldest) !== 'gone') return;
    const ref = store.ref({ ...target.labels, __name__: name });
    this.#reports.set(name, ref);
    store.append(ref, at, value, oldest);
  }

  async #endInherited(at: Millis): Promise<void> {
    if (this.#inherited.length === 0) return;
    const inherited = this.#inherited;
    this.#inherited = [];
    const mine = new Set(this.#refs());
    const ended = inherited.filter((ref) => !mine.has(ref));
    await inSlices(endOf(ended, this.#options.store, at));
  }
}

function* endOf(refs: readonly number[], store: MetricStore, at: Millis): Steps<void> {
  for (const [i, ref] of refs.entries()) {
    store.markStale(ref, at);
    if (i % ENDED_IN_A_STEP === 0) yield;
  }
}

/** The first beat after a moment. */
function beatAfter(after: Millis, intervalMs: Millis, place: Millis): Millis {
  return place + (Math.floor((after - place) / intervalMs) + 1) * intervalMs;
}

/** A place within the interval that is the target's own: the same in every process, spread evenly over many targets. */
function placeIn(intervalMs: Millis, target: Target): Millis {
  const labels = Object.entries(target.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('md5')
    .update(JSON.stringify([target.url, labels]))
    .digest();
  return digest.readUIntBE(0, 6) % intervalMs;
}
