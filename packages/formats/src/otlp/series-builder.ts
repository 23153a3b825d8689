import type { Labels } from '@bellwether/promql';
import { tooManySamples } from '../bytes/proto-reader.ts';
import type { RecentCache } from '../bytes/recent-cache.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import {
  nothingReceived,
  type PushedMetadata,
  type Received,
  type ReceivedSeries,
  sortSamples,
} from '../metrics/received.ts';
import type { SampleInput } from '../metrics/samples.ts';
import { exemplarInput } from './exemplars.ts';
import type { PointExemplar } from './messages.ts';

/** What became of a request, and which of its data points each sample is part of. */
export interface Translated extends Received {
  readonly pointOf: ReadonlyMap<SampleInput, number>;
}

/** The time that a resource's data points span. */
export interface Times {
  first: number;
  last: number;
}

/** Half of the time in which a query still finds a sample: `target_info` is repeated that often. */
const TARGET_INFO_EVERY_MS = 150_000;
const TARGET_INFO_MOST = 1000;

/** Gathers the samples of a request by series. */
export class SeriesBuilder {
  readonly #limits: ReceiveLimits;
  readonly #known: RecentCache<Labels>;
  readonly #received = nothingReceived();
  readonly #series = new Map<string, ReceivedSeries>();
  readonly #pointOf = new Map<SampleInput, number>();
  #point = 0;
  #samples = 0;

  /** @param known Labels of earlier requests made with the same settings. */
  constructor(limits: ReceiveLimits, known: RecentCache<Labels>) {
    this.#limits = limits;
    this.#known = known;
  }

  /** What is added from here on is part of another data point. */
  nextPoint(): void {
    this.#point++;
  }

  /** @throws RequestError 413 when there are more samples than one request may have. */
  add(
    { labels, key }: { readonly labels: () => Labels; readonly key: string },
    name: string,
    sample: SampleInput,
    extra?: readonly [name: string, value: string],
  ): ReceivedSeries {
    if (++this.#samples > this.#limits.samples) throw tooManySamples(this.#limits.samples);
    const id = `${name.length}:${name}${extra === undefined ? '' : extra.join('=')};${key}`;
    let series = this.#series.get(id);
    if (series === undefined) {
      const own = this.#known.get(id, () => ({
        ...labels(),
        __name__: name,
        ...(extra && { [extra[0]]: extra[1] }),
      }));
      series = { labels: own, samples: [] };
      this.#series.set(id, series);
    }
    series.samples.push(sample);
    this.#pointOf.set(sample, this.#point);
    return series;
  }

  /** `start` is 0 where the sender does not say. */
  startsAt(series: ReceivedSeries, start: number): void {
    if (start > 0) this.#received.starts.push({ series, start });
  }

  exemplars(series: Labels, exemplars: readonly PointExemplar[]): void {
    for (const one of exemplars) this.#received.exemplars.push(exemplarInput(series, one));
  }

  describe(name: string, metadata: PushedMetadata): void {
    this.#received.metadata.set(name, metadata);
  }

  refuse(reason: string, count: number): void {
    this.#received.refusals.add(reason, count);
  }

  /** Says of a resource what its series do not say, over all of the time they are from. */
  targetInfo(labels: Labels, { first, last }: Times): void {
    if (first > last) return;
    const samples: SampleInput[] = [];
    const from = Math.max(first, last - TARGET_INFO_MOST * TARGET_INFO_EVERY_MS);
    for (let time = from; time < last; time += TARGET_INFO_EVERY_MS)
      samples.push({ time, value: 1 });
    samples.push({ time: last, value: 1 });
    this.#received.series.push({ labels: { ...labels, __name__: 'target_info' }, samples });
  }

  finish(): Translated {
    for (const { samples } of this.#series.values()) sortSamples(samples);
    // Not spread into `push`: a request may have more series than a call may have arguments.
    for (const one of this.#series.values()) this.#received.series.push(one);
    return { ...this.#received, pointOf: this.#pointOf };
  }
}
