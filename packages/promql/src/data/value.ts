import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { Millis } from '../text/duration.ts';
import type { Labels } from './labels.ts';

export interface VectorSample {
  readonly labels: Labels;
  readonly at: Millis;
  /** NaN where the sample is a histogram. */
  readonly value: number;
  readonly histogram?: FloatHistogram;
}

/** A series of a range result or range vector; `times` may be shared between series. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Present where at least one sample is a histogram; `values[i]` is then NaN. */
  readonly histograms?: readonly (FloatHistogram | undefined)[];
}

/** What a query evaluates to. */
export type Value =
  | { readonly type: 'scalar'; readonly at: Millis; readonly value: number }
  | { readonly type: 'string'; readonly at: Millis; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

export interface QueryStats {
  /** Samples read from the source, those outside the windows included. */
  readonly samplesRead: number;
  /** Samples the windows of all steps held together: one that three steps look at counts three times. */
  readonly samplesTouched: number;
  /** Samples held in memory when it was most, results included. */
  readonly peakSamples: number;
  readonly seriesRead: number;
  /** About how much memory the value holds. */
  readonly answerBytes: number;
  /** Wall time of the evaluation, in milliseconds. */
  readonly elapsedMs: number;
}

export interface QueryResult {
  readonly value: Value;
  /** In Prometheus' words, with positions, sorted: `PromQL warning: … (1:5)`. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
}
