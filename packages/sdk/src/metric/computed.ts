import type { Aggregation, Family, LabelSet, SampleSink } from './family.ts';

/** A value of a computed family, with its labels; NaN when it is not known now. */
export interface ComputedSample {
  readonly labels: LabelSet;
  readonly value: number;
}

/** A family whose values are worked out when they are read, so that they are never older than the scrape. */
export class Computed implements Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly aggregation: Aggregation;
  readonly #read: () => Iterable<ComputedSample>;

  constructor(
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    read: () => Iterable<ComputedSample>,
    aggregation: Aggregation = 'sum',
  ) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.#read = read;
    this.aggregation = aggregation;
  }

  collect(sink: SampleSink): void {
    for (const { labels, value } of this.#read()) if (!Number.isNaN(value)) sink('', labels, value);
  }
}
