import { setImmediate as nextTurn } from 'node:timers/promises';
import { sharedLabels } from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Head } from './head.ts';
import type { History } from './history.ts';
import type { SeriesGate } from './series-limits.ts';

const SERIES_A_TURN = 500;

/** Brings the recent past from the history back into the head, when the server starts. */
export class Refill {
  readonly #history: History;
  readonly #head: Head;
  readonly #gate: SeriesGate;
  readonly #log: Logger;
  #older: Promise<void> = Promise.resolve();
  #done = false;
  #stopped = false;

  constructor(history: History, head: Head, gate: SeriesGate, log: Logger) {
    this.#history = history;
    this.#head = head;
    this.#gate = gate;
    this.#log = log;
  }

  /** Whether the head reaches back as far as it should, or never will. */
  get done(): boolean {
    return this.#done;
  }

  /** Resolves once it is done, or stopped. */
  get settled(): Promise<void> {
    return this.#older;
  }

  /**
   * Reads what the head holds from its beginning on. Must be over before anything is appended.
   * @returns whether there was room for all of it. A head that lacks some must not answer for that time.
   */
  async recent(to: Millis): Promise<boolean> {
    const filled = await this.#read(this.#head.from, to);
    if (!filled)
      this.#log.warn(
        { series: this.#head.seriesCount },
        'there is no room in memory for the series of before (storage.max_series, or the heap): until new samples have filled it, queries read ClickHouse',
      );
    return filled;
  }

  /** Puts what is older behind what the head has, and only then lets the head answer for it. */
  beginOlder(from: Millis, then: () => void): void {
    this.#older = this.#readOlder(from).finally(() => {
      this.#done = true;
      then();
    });
  }

  /** Lets the head be as it is. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#older;
  }

  async #readOlder(from: Millis): Promise<void> {
    try {
      const filled = await this.#read(from, this.#head.from - 1);
      if (filled) this.#head.from = from;
    } catch (error) {
      // The history answers for what the head does not have, and the head grows back in its time.
      this.#log.warn({ error: messageOf(error) }, 'the head could not be refilled with all it had');
    }
  }

  /** @returns whether all of it was read */
  async #read(from: Millis, to: Millis): Promise<boolean> {
    if (from > to) return true;
    let series = 0;
    for await (const columns of this.#history.readAll(from, to)) {
      if (this.#stopped) return false;
      if (!this.#head.has(columns.id) && !this.#gate.roomToRefill) return false;
      const ref = this.#head.ref(sharedLabels(columns.labels), columns.id);
      this.#head.get(ref)!.prepend(columns);
      // The history answers many series at once; others are to have their turn in between.
      if (++series % SERIES_A_TURN === 0) await nextTurn();
    }
    return true;
  }
}
