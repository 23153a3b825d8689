import { keyPart } from '../data/labels.ts';
import type { Forced } from '../functions/classic-histogram.ts';
import type { Span } from '../syntax/ast.ts';
import { lineAndColumn } from '../syntax/position.ts';
import { formatShort } from '../text/number.ts';

interface Annotation {
  readonly kind: 'warning' | 'info';
  readonly text: string;
}

/** Notes on how buckets had to be straightened, gathered over series and steps. */
interface ForcedMonotonicity {
  readonly prefix: string;
  readonly position: string;
  count: number;
  minBucket: number;
  maxBucket: number;
  maxDiff: number;
  minTime: number;
  maxTime: number;
}

/** Warnings and infos of one query, each text once, in Prometheus' words. */
export class Annotations {
  readonly #notes = new Map<string, Annotation>();
  readonly #forced = new Map<string, ForcedMonotonicity>();

  constructor(readonly query: string) {}

  warn(message: string, at: Span): void {
    this.#add('warning', `PromQL warning: ${message} (${lineAndColumn(this.query, at.start)})`);
  }

  info(message: string, at: Span): void {
    this.#add('info', `PromQL info: ${message} (${lineAndColumn(this.query, at.start)})`);
  }

  /** Notes that a classic histogram's buckets were not monotonic at `time`. */
  forcedMonotonicity(
    metric: string,
    at: Span,
    time: number,
    { minBucket, maxBucket, maxDiff }: Forced,
  ): void {
    const key = `${keyPart(metric)}${at.start}`;
    const known = this.#forced.get(key);
    if (known === undefined) {
      const url =
        'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';
      this.#forced.set(key, {
        prefix: `PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see ${url})${forMetric(metric)}`,
        position: lineAndColumn(this.query, at.start),
        count: 1,
        minBucket,
        maxBucket,
        maxDiff,
        minTime: time,
        maxTime: time,
      });
      return;
    }
    known.count++;
    known.minBucket = Math.min(known.minBucket, minBucket);
    known.maxBucket = Math.max(known.maxBucket, maxBucket);
    known.maxDiff = Math.max(known.maxDiff, maxDiff);
    known.minTime = Math.min(known.minTime, time);
    known.maxTime = Math.max(known.maxTime, time);
  }

  get warnings(): string[] {
    return this.#texts('warning');
  }

  get infos(): string[] {
    const forced = [...this.#forced.values()].map(
      (note) =>
        `${note.prefix}, from buckets ${formatShort(note.minBucket)} to ${formatShort(note.maxBucket)}, with a max diff of ${formatShort(Number(note.maxDiff.toPrecision(2)), 2)}, over ${note.count} samples from ${timestamp(note.minTime)} to ${timestamp(note.maxTime)} (${note.position})`,
    );
    return [...this.#texts('info'), ...forced].sort();
  }

  #add(kind: Annotation['kind'], text: string): void {
    if (!this.#notes.has(text)) this.#notes.set(text, { kind, text });
  }

  #texts(kind: Annotation['kind']): string[] {
    return [...this.#notes.values()]
      .filter((note) => note.kind === kind)
      .map((note) => note.text)
      .sort();
  }
}

/** ` for metric name "x"`, or nothing where the name is not known. */
export function forMetric(metric: string): string {
  return metric === '' ? '' : ` for metric name ${JSON.stringify(metric)}`;
}

function timestamp(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
