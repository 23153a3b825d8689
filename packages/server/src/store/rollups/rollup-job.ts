import type { Millis } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { RolledHistory } from './rolled-history.ts';

const LOOK_EVERY_MS = 60_000;
/** Others of the store have their turn between two days that are caught up. */
const PAUSE_MS = 200;

export interface RollupJobOptions {
  readonly history: Pick<RolledHistory, 'backlog' | 'rollUp'>;
  /** The moment before which nothing more is written; null: not known at present. */
  readonly settled: () => Promise<Millis | null>;
  /** How long samples are kept: what is older may be half gone. */
  readonly retentionMs: Millis;
  readonly log: Logger;
  readonly clock?: () => Millis;
}

export interface RollupState {
  /** Hours that could be rolled up and are not; NaN until it was looked for the first time. */
  readonly hoursBehind: number;
  /** Samples that went into rollups since the start. */
  readonly samples: number;
  readonly failures: number;
  /** Why it could not go on at the last look; null when it could. */
  readonly error: string | null;
}

/** Rolls up each hour once nothing of it can come any more, the oldest first; looks once a minute. */
export class RollupJob {
  readonly #options: RollupJobOptions;
  readonly #clock: () => Millis;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #state: RollupState = { hoursBehind: Number.NaN, samples: 0, failures: 0, error: null };

  constructor(options: RollupJobOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  get state(): RollupState {
    return this.#state;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  /** Catches up with everything there is to do. What fails is logged and tried again at the next look. */
  look(): Promise<void> {
    this.#running ??= this.#catchUp()
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        const failures = this.#state.failures + 1;
        this.#state = { ...this.#state, failures, error: messageOf(error) };
        this.#options.log.error(
          { error: messageOf(error) },
          'samples could not be rolled up; it is tried again in a minute',
        );
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  async #catchUp(): Promise<void> {
    const { history, settled, retentionMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const to = await settled();
      if (to === null) return;
      const { hours, next } = await history.backlog({ from: this.#clock() - retentionMs, to });
      this.#state = { ...this.#state, hoursBehind: hours, error: null };
      if (next === undefined) return;
      const samples = await history.rollUp(next, signal);
      this.#state = { ...this.#state, samples: this.#state.samples + samples };
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
