import type { SampleInput, SeriesInput } from '@bellwether/formats';
import type { Labels } from '@bellwether/promql';

/** A sample that was not taken, and why, in the terms senders know. */
export interface Rejection {
  readonly labels: Labels;
  readonly sample: SampleInput;
  readonly reason: 'out-of-order' | 'too-old' | 'duplicate-with-another-value' | 'too-many-series';
  /** What is wrong and what helps, where the reason alone does not say it. */
  readonly detail?: string;
}

export interface AppendOutcome {
  readonly samples: number;
  readonly histograms: number;
  readonly rejected: readonly Rejection[];
}

/** Thrown when the store cannot keep up: the sender is told to come again, and nothing was taken. */
export class StoreBusyError extends Error {
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.name = 'StoreBusyError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Where the doors that promise durability put what they received. */
export interface MetricSink {
  /**
   * Resolves once ClickHouse has committed everything that was taken. The same sample twice is taken once and no rejection.
   * @throws StoreBusyError nothing was taken. Any other error: it is not known how much was.
   */
  write(batch: readonly SeriesInput[]): Promise<AppendOutcome>;
}
