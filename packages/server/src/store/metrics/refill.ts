import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { sharedLabels } from '../../shared-text.ts';
import type { Head } from './head.ts';
import type { History } from './history.ts';

const SERIES_A_TURN = 500;

/** Brings the recent past from the history back into the head, when the server starts. */
export class Refill {
  readonly #history: History;
  readonly #head: Head;
  readonly #log: Logger;
  #older: Promise<void> = Promise.resolve();
  #done = false;
  #stopped = false;

  constructor(history: History, head: Head, log: Logger) {
    this.#history = history;
    this.#head = head;
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

  /** Reads what the head holds from its beginning on. Must be over before anything is appended. */
  recent(to: Millis): Promise<void> {
    return this.#read(this.#head.from, to);
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
      await this.#read(from, this.#head.from - 1);
      if (!this.#stopped) this.#head.from = from;
    } catch (error) {
      // The history answers for what the head does not have, and the head grows back in its time.
      this.#log.warn({ error: messageOf(error) }, 'the head could not be refilled with all it had');
    }
  }

  async #read(from: Millis, to: Millis): Promise<void> {
    let series = 0;
    for await (const columns of this.#history.readAll(from, to)) {
      if (this.#stopped) return;
      const ref = this.#head.ref(sharedLabels(columns.labels), columns.id);
      this.#head.get(ref)!.prepend(columns);
      // The history answers many series at once; others are to have their turn in between.
      if (++series % SERIES_A_TURN === 0) await nextTurn();
    }
  }
}
