import { type Limits, type Millis, PromQLError, type SharedMemory } from '@bellwether/promql';

export interface RoomLimits {
  /** How many queries run at the same time. */
  readonly concurrency: number;
  /** What they may hold together, answers included that are still being written. */
  readonly totalBytes: number;
}

/** Of one query, and of all in a room. */
export type QueryLimits = Pick<Limits, 'samples' | 'timeoutMs' | 'bytes'> & RoomLimits;

interface Waiting {
  readonly go: () => void;
}

/**
 * The place where queries of a kind run: so many at a time, and so much memory for all of them. Further ones wait in
 * the order they came.
 */
export class QueryRoom {
  #free: number;
  #heldBytes = 0;
  readonly #waiting: Waiting[] = [];
  readonly memory: SharedMemory;

  constructor({ concurrency, totalBytes }: RoomLimits) {
    this.#free = concurrency;
    this.memory = {
      take: (bytes) => {
        if (this.#heldBytes + bytes > totalBytes) return false;
        this.#heldBytes += bytes;
        return true;
      },
      give: (bytes) => {
        this.#heldBytes -= bytes;
      },
    };
  }

  /** What running queries and lasting answers hold. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Counts an answer that is there already, until what this returns is called. */
  keep(bytes: number): () => void {
    this.#heldBytes += bytes;
    return once(() => {
      this.#heldBytes -= bytes;
    });
  }

  /**
   * Waits for a place.
   *
   * @returns what gives the place back, and how long that took
   * @throws PromQLError `canceled` where the signal says that nobody waits for the query any more
   */
  async enter(signal: AbortSignal): Promise<{ leave: () => void; waitedMs: Millis }> {
    const began = performance.now();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return { leave: once(() => this.#leave()), waitedMs: performance.now() - began };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        reject(new PromQLError('canceled', 'query was canceled in query queue'));
      };
      const one = {
        go: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#waiting.push(one);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** The place goes to the one that has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next.go();
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
