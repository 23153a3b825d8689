import { StoreBusyError } from '../../store/metrics/sink.ts';

const RETRY_SECONDS = 2;

/** More is on its way in than may be in memory at a time: nothing was taken, come again. */
export class MemoryBudgetError extends StoreBusyError {
  readonly statusCode = 503;
  constructor(limitBytes: number) {
    super(
      `requests that are being received take all of the ${Math.round(limitBytes / 2 ** 20)} MiB they may (server.body_memory): send it again`,
      RETRY_SECONDS,
    );
    this.name = 'MemoryBudgetError';
  }
}

/** Bytes that all doors together may hold of what they receive. Only what is there counts, never what is announced. */
export class MemoryBudget {
  readonly limitBytes: number;
  #held = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#held;
  }

  /** For one request, to be released at its end. */
  begin(): Lease {
    let own = 0;
    const change = (bytes: number): void => {
      own += bytes;
      this.#held += bytes;
    };
    return {
      hold: (bytes) => {
        // Alone a request may be larger: it has a limit of its own.
        if (this.#held > own && this.#held + bytes > this.limitBytes)
          throw new MemoryBudgetError(this.limitBytes);
        change(bytes);
      },
      giveBack: (bytes) => change(-bytes),
      release: () => change(-own),
    };
  }
}

/** What one request holds. */
export interface Lease {
  /** @throws MemoryBudgetError there is no room; no more is held than before. */
  hold(bytes: number): void;
  giveBack(bytes: number): void;
  /** Gives back all of it. */
  release(): void;
}
