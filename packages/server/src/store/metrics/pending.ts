import type { Labels, Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { SharedCommit } from '../shared-commit.ts';
import type { HistoryBatch } from './history.ts';
import { SampleBatch } from './sample-batch.ts';
import type { SampleValue } from './series.ts';

/** About 100 MB: past that, ClickHouse has refused for long, and the oldest pending samples are given up. */
const MOST_PENDING = 4_000_000;
/** From here on senders that can come again are asked to. */
export const BUSY_PENDING = 2_000_000;

/**
 * What ClickHouse does not have yet. Writers that want durability wait for a commit that began after they added: so many
 * share one insert. What ClickHouse refuses stays, and is tried again.
 */
export class Pending {
  readonly #write: (batch: HistoryBatch) => Promise<void>;
  readonly #log: Logger;
  #series: { id: bigint; labels: Labels }[] = [];
  #batches: SampleBatch[] = [];
  #open: SampleBatch | undefined;
  #size = 0;
  readonly #shared = new SharedCommit(() => this.#insert());
  #lost = 0;
  /** The span of time of what was given up. */
  #gone = { from: Infinity, to: -Infinity };
  #error: string | null = null;

  constructor(write: (batch: HistoryBatch) => Promise<void>, log: Logger) {
    this.#write = write;
    this.#log = log;
  }

  /** Samples that ClickHouse has not acknowledged, those on their way included. */
  get size(): number {
    return this.#size;
  }

  get lost(): number {
    return this.#lost;
  }

  /** What ClickHouse said when it last refused; null when the last write went well. */
  get error(): string | null {
    return this.#error;
  }

  /**
   * Whether a sample of this time may be among those given up: the head has it, ClickHouse not. A sender that still has
   * it and sends it again is to be believed, not told that it is there.
   */
  gaveUp(time: Millis): boolean {
    return time >= this.#gone.from && time <= this.#gone.to;
  }

  get busy(): boolean {
    return this.#size > BUSY_PENDING;
  }

  addSeries(id: bigint, labels: Labels): void {
    this.#series.push({ id, labels });
  }

  addSample(id: bigint, time: Millis, value: SampleValue): void {
    if (this.#open === undefined || this.#open.full) {
      this.#open = new SampleBatch();
      this.#batches.push(this.#open);
    }
    this.#open.add(id, time, value);
    this.#size++;
  }

  /**
   * Resolves once ClickHouse has all that was added before the call.
   * @throws what ClickHouse refused with; everything is still pending then.
   */
  commit(): Promise<void> {
    return this.#shared.commit();
  }

  async #insert(): Promise<void> {
    if (this.#batches.length === 0 && this.#series.length === 0) return;
    const series = this.#series;
    const samples = this.#batches;
    this.#series = [];
    this.#batches = [];
    this.#open = undefined;
    try {
      await this.#write({ series, samples });
      for (const { rows } of samples) this.#size -= rows;
      this.#error = null;
    } catch (error) {
      if (this.#error === null)
        this.#log.error(
          { error: messageOf(error) },
          'ClickHouse refused samples; they stay in memory and are tried again',
        );
      this.#error = messageOf(error);
      this.#series = series.concat(this.#series);
      this.#batches = samples.concat(this.#batches);
      this.#giveUpOldest();
      throw error;
    }
  }

  #giveUpOldest(): void {
    while (this.#size > MOST_PENDING) {
      const oldest = this.#batches.shift();
      if (oldest === undefined) return;
      this.#size -= oldest.rows;
      this.#lost += oldest.rows;
      const { from, to } = oldest.span();
      this.#gone = { from: Math.min(from, this.#gone.from), to: Math.max(to, this.#gone.to) };
    }
  }
}
