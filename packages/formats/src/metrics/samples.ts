import type { FloatHistogram, Labels, Millis } from '@bellwether/promql';

/** One series' new samples, ascending by time. Exactly one of `value`, `histogram` and `stale` counts for each sample. */
export interface SampleInput {
  readonly time: Millis;
  /** NaN where `histogram` or `stale` is set. */
  readonly value: number;
  readonly stale?: boolean;
  readonly histogram?: FloatHistogram;
}

export interface SeriesInput {
  readonly labels: Labels;
  readonly samples: readonly SampleInput[];
}
