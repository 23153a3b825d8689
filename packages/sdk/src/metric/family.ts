/** The metric types of the text format that a model service needs. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** The labels of a series: names and values side by side, and rendered once for the exposition. */
export interface LabelSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** The pairs as the text format writes them, without braces: `a="1",b="2"`. */
  readonly text: string;
}

/**
 * Called for each sample line of a family.
 *
 * @param suffix what follows the family's name: `''`, `_bucket`, `_sum` or `_count`
 * @param le upper bound of a histogram's bucket; absent for all other samples
 */
export type SampleSink = (suffix: string, labels: LabelSet, value: number, le?: number) => void;

/**
 * How the values that several processes have of one series become one, in prom-client's words.
 * `omit`: they have no value in common.
 */
export type Aggregation = 'sum' | 'average' | 'omit';

/** All series of one name: what the exposition and the bridge to prom-client read. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregation: Aggregation;
  /** Passes every sample, a histogram's buckets in order, its `+Inf` bucket, sum and count last. */
  collect(sink: SampleSink): void;
}
