import type { Exposition, Steps } from '@bellwether/formats';
import { type FloatHistogram, type Labels, labelsKey, type Millis } from '@bellwether/promql';
import type { Appended } from '../../store/metrics/head.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import type { SampleValue } from '../../store/metrics/series.ts';
import type { SeriesRules } from './job-settings.ts';
import { limitHistogram } from './native-limits.ts';
import { type CachedSeries, SeriesCache } from './series-cache.ts';

/** An exemplar with the series it belongs to. `time` in Unix milliseconds. */
export interface ScrapedExemplar {
  readonly series: Labels;
  readonly labels: Labels;
  readonly value: number;
  readonly time: Millis;
}

export interface ScrapeWriterOptions {
  readonly store: MetricStore;
  readonly rules: SeriesRules;
  readonly onExemplars?: ((exemplars: readonly ScrapedExemplar[]) => void) | undefined;
  readonly onRefused?: ((reason: RefusedSample, count: number) => void) | undefined;
}

/** Why the store did not take a sample: it has another value at this time, or the time is too far back. */
export type RefusedSample = 'conflict' | 'out-of-order' | 'too-old';

/** What a scrape came to, for its `scrape_*` series. */
export interface ScrapeCounts {
  scraped: number;
  relabelled: number;
  added: number;
}

/** A scrape that can be written: nothing more can be wrong with it. */
export interface ResolvedScrape {
  readonly exposition: Exposition;
  readonly rows: readonly CachedSeries[];
  readonly histograms: ReadonlyMap<number, FloatHistogram>;
  /** Series that the store may not have yet. */
  readonly fresh: readonly Labels[];
}

/** Rows that are worked on in a step. */
const STEP = 32;

/**
 * Puts the scrapes of one target into the store, in steps. First all series are resolved and counted, then samples are
 * written: a scrape is stored whole or not at all.
 */
export class ScrapeWriter {
  readonly #options: ScrapeWriterOptions;
  readonly #series: SeriesCache;
  #round = 0;

  /** @param labels Of the target. */
  constructor(options: ScrapeWriterOptions, labels: Labels) {
    this.#options = options;
    this.#series = new SeriesCache(options.store, labels, options.rules);
  }

  /** Whether a series text was seen before. */
  has(text: string): boolean {
    return this.#series.has(text);
  }

  /** References of the series that would be ended. */
  refs(): number[] {
    return this.#series.refs();
  }

  /** @throws Error when the scrape breaks a limit of its job. */
  *resolve(exposition: Exposition, counts: ScrapeCounts): Steps<ResolvedScrape> {
    const { limits } = this.#options.rules;
    const round = ++this.#round;
    const rows: CachedSeries[] = [];
    const fresh: Labels[] = [];
    counts.scraped = exposition.series.length;
    for (const text of exposition.series) {
      const series = this.#series.get(text);
      series.seen = round;
      if (series.labels !== null) {
        counts.relabelled++;
        if (series.ref < 0) fresh.push(series.labels);
      }
      if (rows.push(series) % STEP === 0) yield;
    }
    if (limits.samples > 0 && counts.relabelled > limits.samples)
      throw new Error(
        `sample limit exceeded: ${counts.relabelled} samples are more than sample_limit ${limits.samples}`,
      );
    const histograms = new Map<number, FloatHistogram>();
    for (const [row, histogram] of exposition.histograms) {
      if (rows[row]!.labels === null) continue;
      histograms.set(row, limitHistogram(histogram, limits.histograms));
      if (histograms.size % STEP === 0) yield;
    }
    return { exposition, rows, histograms, fresh };
  }

  /**
   * Writes the samples under `at` where they have no time of their own, and ends the series that are not among them.
   * @throws SeriesLimitError and writes nothing when the store has no room for so many new series.
   */
  *write(
    { exposition, rows, histograms, fresh }: ResolvedScrape,
    at: Millis,
    counts: ScrapeCounts,
  ): Steps<void> {
    const { rules, store, onRefused } = this.#options;
    yield* store.admit(fresh);
    const oldest = store.oldestTaken;
    const refused = new Map<RefusedSample, number>();
    for (let i = 0; i < rows.length; i++) {
      if (i % STEP === 0) yield;
      const series = rows[i]!;
      if (series.labels === null) continue;
      const own = exposition.times[i]!;
      const explicit = rules.honorTimestamps && !Number.isNaN(own);
      series.tracked = !explicit || rules.trackTimestampsStaleness;
      if (series.ref < 0) counts.added++;
      const value = histograms.get(i) ?? exposition.values[i]!;
      const outcome = this.#append(series, series.labels, explicit ? own : at, value, oldest);
      if (outcome !== 'ok' && outcome !== 'duplicate')
        refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
    }
    for (const [reason, count] of refused) onRefused?.(reason, count);
    this.#handOnExemplars(exposition, rows, at);
    yield* this.#series.endUnseen(this.#round, at);
  }

  /**
   * Ends all series, as after a scrape that failed.
   * @param keep Whether to know those of this scrape the next time all the same.
   */
  endAll(at: Millis, keep: boolean): Steps<void> {
    return this.#series.endAll(at, keep ? this.#round : undefined);
  }

  #append(
    series: CachedSeries,
    labels: Labels,
    time: Millis,
    value: SampleValue,
    oldest: Millis,
  ): Appended {
    const { store } = this.#options;
    if (series.ref >= 0) {
      const outcome = store.append(series.ref, time, value, oldest);
      if (outcome !== 'gone') return outcome;
    }
    series.ref = store.ref(labels);
    const outcome = store.append(series.ref, time, value, oldest);
    return outcome === 'gone' ? 'ok' : outcome;
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
}
