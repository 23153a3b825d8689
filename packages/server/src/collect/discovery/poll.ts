import type { Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { outsideText } from '../../outside-text.ts';

/** Repeats a look-up; one that fails is said once, not each time, and changes nothing. */
export class Poll {
  readonly #look: () => Promise<void>;
  readonly #intervalMs: Millis;
  readonly #log: Logger;
  readonly #what: string;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #lastError = '';
  #running: Promise<void> = Promise.resolve();

  constructor(what: string, intervalMs: Millis, log: Logger, look: () => Promise<void>) {
    this.#what = what;
    this.#intervalMs = intervalMs;
    this.#log = log;
    this.#look = look;
  }

  /** Looks now, and then again an interval after each look has ended. */
  now(): Promise<void> {
    this.#running = this.#running.then(() => this.#once());
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #once(): Promise<void> {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    try {
      await this.#look();
      this.#lastError = '';
    } catch (error) {
      const message = outsideText(messageOf(error));
      if (message !== this.#lastError)
        this.#log.warn(
          { discovery: outsideText(this.#what), error: message },
          'discovery failed; the targets known so far stay',
        );
      this.#lastError = message;
    }
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), this.#intervalMs);
  }
}
