import { ownText, parseSeriesText, type Steps, sharedLabels } from '@bellwether/formats';
import type { Labels, Millis } from '@bellwether/promql';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import { checkLabelLimits } from './check-limits.ts';
import type { SeriesRules } from './job-settings.ts';
import { targetLabels } from './target.ts';

/** Series that are looked at in a step. */
const STEP = 64;

/** A series as a target writes it, and what becomes of it here. */
export interface CachedSeries {
  /** What it is stored under; null where metric relabelling dropped it. */
  readonly labels: Labels | null;
  /** The store's reference; -1 until it has a sample. */
  ref: number;
  /** Number of the scrape that last had it: those left behind went away. */
  seen: number;
  /** Whether it ends with a stale marker; not where the target itself sets the times. */
  tracked: boolean;
  /** The last exemplar the target gave no time for: it stays in the text until there is another. */
  exemplar: string | null;
}

/**
 * The series of one target by the text they were written as. A text seen before costs one look-up; only new ones are
 * parsed, relabelled and checked.
 */
export class SeriesCache {
  readonly #store: MetricStore;
  readonly #labels: Labels;
  readonly #rules: SeriesRules;
  readonly #series = new Map<string, CachedSeries>();

  constructor(store: MetricStore, labels: Labels, rules: SeriesRules) {
    this.#store = store;
    this.#labels = labels;
    this.#rules = rules;
  }

  has(text: string): boolean {
    return this.#series.has(text);
  }

  /** @throws Error when the series breaks a limit of its job, or is left without a name. */
  get(text: string): CachedSeries {
    const known = this.#series.get(text);
    if (known !== undefined) return known;
    const { honorLabels, metricRelabel, limits } = this.#rules;
    const scraped = parseSeriesText(text);
    const relabelled = metricRelabel(targetLabels(scraped, { labels: this.#labels, honorLabels }));
    const labels = relabelled && sharedLabels(relabelled);
    if (labels !== null) {
      if (labels['__name__'] === undefined)
        throw new Error(`metric_relabel_configs take the name from ${text.slice(0, 120)}`);
      checkLabelLimits(labels, limits);
    }
    const series: CachedSeries = { labels, ref: -1, seen: -1, tracked: true, exemplar: null };
    // The text is a piece of all that was scraped, which must not be kept for it.
    this.#series.set(ownText(text), series);
    return series;
  }

  /** Ends and forgets what the last good scrape did not have. */
  *endUnseen(round: number, at: Millis): Steps<void> {
    let looked = 0;
    for (const [text, series] of this.#series) {
      if (++looked % STEP === 0) yield;
      if (series.seen === round) continue;
      this.#end(series, at);
      this.#series.delete(text);
    }
  }

  /**
   * Ends all there is, as after a scrape that failed; series that are not tracked just wait for the next one.
   * @param keptRound What this scrape had is ended too, but not forgotten.
   */
  *endAll(at: Millis, keptRound?: number): Steps<void> {
    let looked = 0;
    for (const [text, series] of this.#series) {
      if (++looked % STEP === 0) yield;
      if (!series.tracked) continue;
      this.#end(series, at);
      if (series.seen === keptRound) series.ref = -1;
      else this.#series.delete(text);
    }
  }

  /** References of the series that would be ended. */
  refs(): number[] {
    return [...this.#series.values()].flatMap(({ ref, tracked }) =>
      ref >= 0 && tracked ? [ref] : [],
    );
  }

  #end(series: CachedSeries, at: Millis): void {
    if (series.ref >= 0 && series.tracked) this.#store.markStale(series.ref, at);
  }
}
