import type { Family, LabelSet, SampleSink } from './family.ts';
import { SeriesTable, type SeriesTableOptions } from './series-table.ts';

/**
 * Observations of one set of labels, counted in buckets.
 *
 * Buckets are kept apart and summed up when they are read: an observation then writes one of them only.
 */
export class HistogramSeries {
  readonly labels: LabelSet;
  readonly bounds: Float64Array;
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(labels: LabelSet, bounds: Float64Array) {
    this.labels = labels;
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value in the first bucket whose bound is not below it. The caller keeps NaN away. */
  observe(value: number): void {
    const bounds = this.bounds;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) index += 1;
    this.#counts[index]! += 1;
    this.#sum += value;
  }

  collect(sink: SampleSink): void {
    let cumulative = 0;
    for (let index = 0; index < this.bounds.length; index += 1) {
      cumulative += this.#counts[index]!;
      sink('_bucket', this.labels, cumulative, this.bounds[index]!);
    }
    cumulative += this.#counts[this.bounds.length]!;
    sink('_bucket', this.labels, cumulative, Number.POSITIVE_INFINITY);
    sink('_sum', this.labels, this.#sum);
    sink('_count', this.labels, cumulative);
  }
}

export interface HistogramOptions
  extends Pick<
    SeriesTableOptions<HistogramSeries>,
    'labelNames' | 'fixed' | 'maxSeries' | 'onOverflow'
  > {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, rising, without +Inf, for a series with these labels. */
  readonly boundsOf: (labels: LabelSet) => Float64Array;
}

/** A family of classic histograms. Series may differ in their bounds; `_bucket` counts are cumulative. */
export class Histogram implements Family {
  readonly type = 'histogram';
  readonly aggregation = 'sum';
  readonly name: string;
  readonly help: string;
  readonly #table: SeriesTable<HistogramSeries>;

  constructor(options: HistogramOptions) {
    this.name = options.name;
    this.help = options.help;
    this.#table = new SeriesTable({
      ...options,
      create: (labels) => new HistogramSeries(labels, options.boundsOf(labels)),
    });
  }

  /** The series with these values of the variable labels; it exists, empty, from this call on. */
  series(...variable: unknown[]): HistogramSeries {
    return this.#table.get(...variable);
  }

  collect(sink: SampleSink): void {
    for (const series of this.#table.values()) series.collect(sink);
  }
}

/**
 * Turns a user's bucket bounds into what a histogram needs: finite, rising, no bound twice.
 * Bad bounds must not stop a model service, so they are mended instead of refused.
 */
export function cleanBounds(bounds: readonly number[]): Float64Array {
  return Float64Array.from(new Set(bounds.filter(Number.isFinite))).sort();
}
