import type { SampleInput, SeriesInput } from '@bellwether/formats';
import type { Labels, Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import type { AppendOutcome, MetricSink, Rejection } from '../../store/metrics/sink.ts';

/** For tests: a store that keeps everything in memory, by the rules that `MetricSink` states. */
export class CollectingSink implements MetricSink {
  readonly series = new Map<string, { labels: Labels; samples: Map<Millis, SampleInput> }>();
  /** Thrown by the next write instead of taking anything. */
  fail: Error | undefined;
  writes = 0;

  async write(batch: readonly SeriesInput[]): Promise<AppendOutcome> {
    const error = this.fail;
    this.fail = undefined;
    if (error !== undefined) throw error;
    this.writes++;
    const rejected: Rejection[] = [];
    let [taken, histograms] = [0, 0];
    for (const { labels, samples } of batch) {
      const key = labelsKey(labels);
      const known = this.series.get(key) ?? { labels, samples: new Map() };
      this.series.set(key, known);
      for (const sample of samples) {
        const before = known.samples.get(sample.time);
        if (before !== undefined && !same(before, sample)) {
          rejected.push({ labels, sample, reason: 'duplicate-with-another-value' });
          continue;
        }
        known.samples.set(sample.time, sample);
        if (sample.histogram === undefined) taken++;
        else histograms++;
      }
    }
    return { samples: taken, histograms, rejected };
  }

  /** The samples of the one series that has these labels, and perhaps others. */
  samples(wanted: Labels): SampleInput[] {
    const found = [...this.series.values()].filter(({ labels }) =>
      Object.entries(wanted).every(([name, value]) => labels[name] === value),
    );
    if (found.length !== 1)
      throw new Error(`${found.length} series are like ${JSON.stringify(wanted)}`);
    return [...found[0]!.samples.values()].sort((a, b) => a.time - b.time);
  }

  /** Of every series of a metric. */
  labelsOf(name: string): Labels[] {
    return [...this.series.values()]
      .map(({ labels }) => labels)
      .filter((labels) => labels['__name__'] === name);
  }

  names(): string[] {
    return [...new Set([...this.series.values()].map(({ labels }) => labels['__name__']!))].sort();
  }

  get sampleCount(): number {
    let count = 0;
    for (const { samples } of this.series.values()) count += samples.size;
    return count;
  }
}

function same(a: SampleInput, b: SampleInput): boolean {
  return (
    Object.is(a.value, b.value) &&
    (a.stale ?? false) === (b.stale ?? false) &&
    JSON.stringify(a.histogram) === JSON.stringify(b.histogram)
  );
}
