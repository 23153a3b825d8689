import type { Labels } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { HistoryBatch } from './history.ts';

/** About 60 MB of text: past that, ClickHouse has refused for long, and the oldest pending samples are given up. */
const MOST_PENDING = 1_000_000;
/** From here on senders that can come again are asked to. */
const BUSY_PENDING = 500_000;

/**
 * What ClickHouse does not have yet. Writers that want durability wait for a commit that began after they added: so many
 * share one insert. What ClickHouse refuses stays, and is tried again.
 */
export class Pending {
  readonly #write: (batch: HistoryBatch) => Promise<void>;
  readonly #log: Logger;
  #series: { id: string; labels: Labels }[] = [];
  #samples: string[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #lost = 0;
  #error: string | null = null;

  constructor(write: (batch: HistoryBatch) => Promise<void>, log: Logger) {
    this.#write = write;
    this.#log = log;
  }

  get size(): number {
    return this.#samples.length;
  }

  get lost(): number {
    return this.#lost;
  }

  /** What ClickHouse said when it last refused; null when the last write went well. */
  get error(): string | null {
    return this.#error;
  }

  get busy(): boolean {
    return this.#samples.length > BUSY_PENDING;
  }

  addSeries(id: string, labels: Labels): void {
    this.#series.push({ id, labels });
  }

  addSample(line: string): void {
    this.#samples.push(line);
  }

  /**
   * Resolves once ClickHouse has all that was added before the call.
   * @throws what ClickHouse refused with; everything is still pending then.
   */
  commit(): Promise<void> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#run();
      });
    return this.#next;
  }

  #run(): Promise<void> {
    this.#running = this.#insert().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #insert(): Promise<void> {
    if (this.#samples.length === 0 && this.#series.length === 0) return;
    const series = this.#series;
    const samples = this.#samples;
    this.#series = [];
    this.#samples = [];
    try {
      await this.#write({ series, samples });
      this.#error = null;
    } catch (error) {
      if (this.#error === null)
        this.#log.error(
          { error: messageOf(error) },
          'ClickHouse refused samples; they stay in memory and are tried again',
        );
      this.#error = messageOf(error);
      this.#series = series.concat(this.#series);
      this.#samples = samples.concat(this.#samples);
      this.#giveUpOldest();
      throw error;
    }
  }

  #giveUpOldest(): void {
    const tooMany = this.#samples.length - MOST_PENDING;
    if (tooMany <= 0) return;
    this.#samples.splice(0, tooMany);
    this.#lost += tooMany;
  }
}
