import type { Labels, Millis } from '@bellwether/promql';

/** An example of what a series counted, most often with the trace of the request. */
export interface Exemplar {
  /** The labels of the series, its name among them. */
  readonly series: Labels;
  readonly labels: Labels;
  readonly value: number;
  readonly time: Millis;
}

/** The exemplars of one series, ascending by time. */
export interface ExemplarSeries {
  readonly series: Labels;
  readonly exemplars: readonly Omit<Exemplar, 'series'>[];
}

/** What there is for a question; `truncated` where only the newest were answered. */
export interface FoundExemplars {
  readonly series: readonly ExemplarSeries[];
  readonly truncated: boolean;
}
