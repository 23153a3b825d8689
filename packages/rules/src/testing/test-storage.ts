import {
  compileMatcher,
  type FloatHistogram,
  type Labels,
  labelOf,
  labelsKey,
  type Matcher,
  type Millis,
  type SeriesColumns,
  type SeriesSource,
} from '@bellwether/promql';
import type { NotedSample } from './series-notation.ts';

interface Series {
  readonly labels: Labels;
  readonly times: number[];
  readonly samples: Exclude<NotedSample, undefined>[];
  /** The columns as last handed out; dropped when a sample comes. */
  columns: SeriesColumns | undefined;
}

/** The samples of one test, in memory. */
export class TestStorage implements SeriesSource {
  readonly #series = new Map<string, Series>();

  /**
   * Adds a sample after all others of its series.
   * @returns false where there is one of that time or later, and it is kept instead
   */
  append(labels: Labels, at: Millis, sample: Exclude<NotedSample, undefined>): boolean {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, times: [], samples: [], columns: undefined };
      this.#series.set(key, series);
    }
    const last = series.times.at(-1);
    if (last !== undefined && last >= at)
      return last === at && Object.is(series.samples.at(-1), sample);
    series.times.push(at);
    series.samples.push(typeof sample === 'object' ? withHint(series, sample) : sample);
    series.columns = undefined;
    return true;
  }

  select(matchers: readonly Matcher[]): readonly SeriesColumns[] {
    const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
    const found: SeriesColumns[] = [];
    for (const series of this.#series.values()) {
      if (!tests.every(([name, test]) => test(labelOf(series.labels, name)))) continue;
      series.columns ??= columnsOf(series);
      found.push(series.columns);
    }
    return found;
  }
}

/** As a chunk of Prometheus' storage tells of a histogram that follows another. */
function withHint(series: Series, sample: FloatHistogram): FloatHistogram {
  const before = series.samples.at(-1);
  if (sample.hint !== 'unknown' || typeof before !== 'object') return sample;
  return { ...sample, hint: sample.count < before.count ? 'reset' : 'not_reset' };
}

function columnsOf(series: Series): SeriesColumns {
  const { labels, times, samples } = series;
  const values = Float64Array.from(samples, (s) => (typeof s === 'number' ? s : Number.NaN));
  const columns = { labels, times: Float64Array.from(times), values };
  const stale = new Uint8Array(Math.ceil(samples.length / 8));
  for (const [i, sample] of samples.entries()) {
    if (sample === 'stale') stale[i >> 3]! |= 1 << (i & 7);
  }
  const hasHistograms = samples.some((sample) => typeof sample === 'object');
  return {
    ...columns,
    stale,
    ...(hasHistograms
      ? { histograms: samples.map((s) => (typeof s === 'object' ? s : undefined)) }
      : {}),
  };
}
