import {
  arraySource,
  detectHistogramReset,
  type FloatHistogram,
  type Labels,
  type SeriesColumns,
  type SeriesSource,
} from '@bellwether/promql';
import { customBucketSeries } from './custom-buckets.ts';
import type { LoadCommand } from './script.ts';

interface Sample {
  readonly time: number;
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
  readonly stale: boolean;
  readonly start: number;
}

/** The series a script has loaded so far. */
export class Storage {
  readonly #series = new Map<string, { labels: Labels; samples: Map<number, Sample> }>();

  clear(): void {
    this.#series.clear();
  }

  load(command: LoadCommand): void {
    for (const line of command.series) {
      line.places.forEach((place, i) => {
        if (place.kind === 'omitted') return;
        const time = i * command.gapMs;
        const offset = line.starts?.[i];
        this.#put(line.labels, {
          time,
          value: place.kind === 'float' ? place.value : Number.NaN,
          histogram: place.kind === 'histogram' ? place.value : undefined,
          stale: place.kind === 'stale',
          start: offset === undefined ? 0 : time + offset,
        });
      });
    }
    if (!command.withCustomBuckets) return;
    for (const { labels, histograms } of customBucketSeries(command)) {
      for (const [time, histogram] of histograms)
        this.#put(labels, { time, value: Number.NaN, histogram, stale: false, start: 0 });
    }
  }

  #put(labels: Labels, sample: Sample): void {
    const key = JSON.stringify(Object.entries(labels).sort());
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, samples: new Map() };
      this.#series.set(key, series);
    }
    series.samples.set(sample.time, sample);
  }

  get source(): SeriesSource {
    return arraySource([...this.#series.values()].map(columns));
  }
}

function columns(series: { labels: Labels; samples: Map<number, Sample> }): SeriesColumns {
  const samples = [...series.samples.values()].sort((a, b) => a.time - b.time);
  const stale = new Uint8Array(Math.ceil(samples.length / 8));
  samples.forEach((sample, i) => {
    if (sample.stale) stale[i >> 3]! |= 1 << (i & 7);
  });
  return {
    labels: Object.fromEntries(Object.entries(series.labels).filter(([, value]) => value !== '')),
    times: Float64Array.from(samples, (sample) => sample.time),
    values: Float64Array.from(samples, (sample) => sample.value),
    stale,
    histograms: samples.some((sample) => sample.histogram !== undefined)
      ? withStoredHints(samples)
      : undefined,
    startTimes: samples.some((sample) => sample.start !== 0)
      ? Float64Array.from(samples, (sample) => sample.start)
      : undefined,
  };
}

/**
 * The reset hints as Prometheus' storage gives them back: it keeps none a sample, only how a chunk
 * begins. A chunk goes on as long as nothing was reset and the layout stays; its first sample is
 * "unknown" (or "reset", where that was written), all others are "not reset"; gauges stay gauges.
 */
function withStoredHints(samples: readonly Sample[]): (FloatHistogram | undefined)[] {
  let before: FloatHistogram | undefined;
  return samples.map(({ histogram }) => {
    const previous = before;
    before = histogram;
    if (histogram === undefined || histogram.hint === 'gauge') return histogram;
    if (histogram.hint === 'reset') return histogram;
    const unknown: FloatHistogram = { ...histogram, hint: 'unknown' };
    if (previous === undefined || previous.hint === 'gauge') return unknown;
    const sameLayout =
      previous.schema === histogram.schema &&
      previous.zeroThreshold === histogram.zeroThreshold &&
      JSON.stringify(previous.customValues) === JSON.stringify(histogram.customValues);
    const reset = detectHistogramReset(unknown, previous);
    return sameLayout && !reset ? { ...unknown, hint: 'not_reset' } : unknown;
  });
}
