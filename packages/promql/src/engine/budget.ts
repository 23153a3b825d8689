import type { CancelSignal } from '../data/series.ts';
import { PromQLError } from '../error.ts';
import { DEFAULT_EXPRESSION_LIMITS, type ExpressionLimits } from '../syntax/expression-limits.ts';

/** How much one query may take. */
export interface Limits extends ExpressionLimits {
  /** Samples read and produced, all nodes together. */
  readonly samples: number;
  /** Series one selector may match. */
  readonly series: number;
  /** Evaluation steps, subqueries included. */
  readonly steps: number;
  /** Wall time of a query. */
  readonly timeoutMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  ...DEFAULT_EXPRESSION_LIMITS,
  samples: 50_000_000,
  series: 1_000_000,
  steps: 1_000_000,
  timeoutMs: 120_000,
};

/** How long the engine computes before it lets others run. */
const SLICE_MS = 8;

/** Where the engine gets time from and how it lets others run; both are the host's. */
export interface Host {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after other tasks of the event loop had their turn. */
  readonly pause: () => Promise<void>;
}

/** What is thrown when a query would take more samples than it may. */
export function tooManySamples(): PromQLError {
  return new PromQLError(
    'too_many_samples',
    'query processing would load too many samples into memory in query execution',
  );
}

/** Counts what a query spends, and stops it where it has spent too much or is no longer wanted. */
export class Budget {
  readonly startedAt: number;
  samplesRead = 0;
  seriesRead = 0;
  /** Samples that the windows of all steps held together. */
  touched = 0;
  /** Samples held in memory when it was most. */
  peak = 0;
  #samples = 0;
  #wanted = 0;
  #sliceEnd: number;

  constructor(
    readonly limits: Limits,
    readonly host: Host,
    readonly signal: CancelSignal | undefined,
  ) {
    this.startedAt = host.now();
    this.#sliceEnd = this.startedAt + SLICE_MS;
  }

  /** Counts samples held in memory. */
  spend(samples: number): void {
    this.#samples += samples;
    if (this.#samples > this.peak) this.peak = this.#samples;
    if (this.#samples > this.limits.samples) throw tooManySamples();
  }

  /** How many samples may still be read. */
  get unread(): number {
    return Math.max(0, this.limits.samples - this.#wanted);
  }

  /** Gives samples back that are no longer held. */
  release(samples: number): void {
    this.#samples -= samples;
  }

  /** Counts what a source handed; of its samples only those that were wanted count for the limit. */
  read({ series, samples, wanted }: { series: number; samples: number; wanted: number }): void {
    this.seriesRead += series;
    this.samplesRead += samples;
    this.#wanted += wanted;
    if (this.#wanted > this.limits.samples) throw tooManySamples();
    if (series > this.limits.series) {
      throw new PromQLError(
        'too_many_samples',
        `selector matches ${series} series, more than the limit of ${this.limits.series}`,
      );
    }
  }

  touch(samples: number, { weight = 1 }: { readonly weight?: number }): void {
    this.touched += samples * weight;
  }

  steps(count: number): void {
    if (count > this.limits.steps) {
      throw new PromQLError(
        'execution',
        `query would take ${count} steps, more than the limit of ${this.limits.steps}`,
      );
    }
  }

  /** Whether the time slice is used up and {@link pause} should be awaited. */
  due(): boolean {
    return this.host.now() >= this.#sliceEnd;
  }

  /** Lets others run, then goes on, unless the query was cancelled or is out of time. */
  async pause(): Promise<void> {
    this.check();
    await this.host.pause();
    this.check();
    this.#sliceEnd = this.host.now() + SLICE_MS;
  }

  check(): void {
    if (this.signal?.aborted === true)
      throw new PromQLError('canceled', 'query was canceled in expression evaluation');
    if (this.host.now() - this.startedAt > this.limits.timeoutMs)
      throw new PromQLError('timeout', 'query timed out in expression evaluation');
  }
}
