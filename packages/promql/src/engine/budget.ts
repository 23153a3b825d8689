import type { CancelSignal } from '../data/series.ts';
import { PromQLError } from '../error.ts';
import { DEFAULT_EXPRESSION_LIMITS, type ExpressionLimits } from '../syntax/expression-limits.ts';
import type { Host } from './host.ts';
import { Slices } from './slices.ts';

/** How much one query may take. */
export interface Limits extends ExpressionLimits {
  /** Samples read and produced, all nodes together. */
  readonly samples: number;
  /** Series one selector may match. */
  readonly series: number;
  /** Memory held at once: what was read, what each part of the expression yields, and texts of labels that it made. */
  readonly bytes: number;
  /** Evaluation steps, subqueries included. */
  readonly steps: number;
  /** Wall time of a query. */
  readonly timeoutMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  ...DEFAULT_EXPRESSION_LIMITS,
  samples: 50_000_000,
  series: 1_000_000,
  bytes: 1024 ** 3,
  steps: 1_000_000,
  timeoutMs: 120_000,
};

/** What all queries that run at the same time may hold together. */
export interface SharedMemory {
  /** Takes bytes, unless there are no longer so many. */
  readonly take: (bytes: number) => boolean;
  readonly give: (bytes: number) => void;
}

/** What is thrown when a query would take more samples than it may. */
export function tooManySamples(): PromQLError {
  return new PromQLError(
    'too_many_samples',
    'query processing would load too many samples into memory in query execution',
  );
}

/** Counts what a query spends, and stops it where it has spent too much or is no longer wanted. */
export class Budget extends Slices {
  readonly startedAt: number;
  samplesRead = 0;
  seriesRead = 0;
  /** Samples that the windows of all steps held together. */
  touched = 0;
  /** Samples held in memory when it was most. */
  peak = 0;
  #samples = 0;
  #wanted = 0;
  /** Bytes held to the end of the query. */
  #kept = 0;
  #held = 0;
  /** Of the memory that is shared. */
  #taken = 0;

  constructor(
    readonly limits: Limits,
    host: Host,
    readonly signal: CancelSignal | undefined,
    readonly memory?: SharedMemory,
  ) {
    super(host);
    this.startedAt = host.now();
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

  /** Counts bytes that are held to the end of the query. */
  keep(bytes: number): void {
    this.#kept += bytes;
    this.#take(bytes);
  }

  /** Counts bytes that are held until {@link settle} says how many of them still are. */
  hold(bytes: number): void {
    this.#held += bytes;
    this.#take(bytes);
  }

  /** Bytes held, without those kept to the end. */
  get held(): number {
    return this.#held;
  }

  /** How many more bytes may be held. */
  get unheld(): number {
    return Math.max(0, this.limits.bytes - this.#kept - this.#held);
  }

  /** Says that of what was held only so many bytes still are. */
  settle(held: number): void {
    const more = held - this.#held;
    this.#held = held;
    if (more > 0) this.#take(more);
    else this.#give(-more);
  }

  /** Gives back everything; nothing is to be counted any more. */
  close(): void {
    this.#give(this.#taken);
  }

  #take(bytes: number): void {
    if (this.#kept + this.#held > this.limits.bytes)
      throw new PromQLError(
        'too_many_bytes',
        `query would hold more than ${this.limits.bytes} bytes in memory`,
      );
    if (this.memory === undefined) return;
    if (!this.memory.take(bytes))
      throw new PromQLError(
        'memory_in_use',
        'queries that run at the same time would hold too many bytes in memory',
      );
    this.#taken += bytes;
  }

  #give(bytes: number): void {
    this.memory?.give(bytes);
    this.#taken -= bytes;
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

  /** Lets others run, then goes on, unless the query was cancelled or is out of time. */
  override async pause(): Promise<void> {
    this.check();
    await super.pause();
    this.check();
  }

  check(): void {
    if (this.signal?.aborted === true)
      throw new PromQLError('canceled', 'query was canceled in expression evaluation');
    if (this.host.now() - this.startedAt > this.limits.timeoutMs)
      throw new PromQLError('timeout', 'query timed out in expression evaluation');
  }
}
