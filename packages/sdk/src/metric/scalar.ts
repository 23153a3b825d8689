import type { Family, LabelSet, SampleSink } from './family.ts';
import { SeriesTable, type SeriesTableOptions } from './series-table.ts';

/** One number under one set of labels. Written to directly: this is the hot path. */
export interface ScalarSeries {
  readonly labels: LabelSet;
  value: number;
}

export interface ScalarOptions
  extends Pick<
    SeriesTableOptions<ScalarSeries>,
    'labelNames' | 'fixed' | 'maxSeries' | 'onOverflow'
  > {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
}

/** A counter or a gauge: a family whose series are single numbers. */
export class Scalar implements Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly aggregation = 'sum';
  readonly #table: SeriesTable<ScalarSeries>;

  constructor(options: ScalarOptions) {
    this.name = options.name;
    this.help = options.help;
    this.type = options.type;
    this.#table = new SeriesTable({ ...options, create: (labels) => ({ labels, value: 0 }) });
  }

  /** The series with these values of the variable labels; it exists, at 0, from this call on. */
  series(...variable: unknown[]): ScalarSeries {
    return this.#table.get(...variable);
  }

  collect(sink: SampleSink): void {
    for (const series of this.#table.values()) sink('', series.labels, series.value);
  }
}
