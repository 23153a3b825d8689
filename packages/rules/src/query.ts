import type { FloatHistogram, Labels, Millis } from '@bellwether/promql';

/** One series of an instant vector. A scalar is one sample without labels. */
export interface VectorSample {
  /** With `__name__` where the result has one. */
  readonly labels: Labels;
  /** NaN where the sample is a histogram. */
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** Answers an instant query. Rejects where the query fails. */
export type QueryFunc = (expr: string, at: Millis) => Promise<readonly VectorSample[]>;

/** A value to write back, or the mark that a series has ended. */
export type SeriesSample =
  | {
      readonly labels: Labels;
      readonly at: Millis;
      readonly value: number;
      readonly histogram?: FloatHistogram;
    }
  | { readonly labels: Labels; readonly at: Millis; readonly stale: true };
