import { setTimeout as pause } from 'node:timers/promises';

export interface GroupCommitOptions<T> {
  /** Commits all of a group, or throws. */
  readonly commit: (group: readonly T[]) => Promise<void>;
  /** Least time between the beginnings of two commits: small requests must not become a part of a table each. */
  readonly spacingMs: number;
}

/**
 * Lets many writers share one commit. What comes while a commit runs joins the next one; after a pause the first is
 * committed at once. Each writer waits for the commit that has what it brought.
 */
export class GroupCommit<T> {
  readonly #options: GroupCommitOptions<T>;
  #waiting: T[] = [];
  #next: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  #began = Number.NEGATIVE_INFINITY;

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  /** @throws what the commit threw */
  add(item: T): Promise<void> {
    this.#waiting.push(item);
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  /** Resolves once nothing waits any more, whether or not it could be committed. */
  async idle(): Promise<void> {
    while (this.#next !== undefined) await this.#next.catch(() => undefined);
    await this.#running;
  }

  async #after(running: Promise<void>): Promise<void> {
    await running;
    const early = this.#began + this.#options.spacingMs - performance.now();
    if (early > 0) await pause(early);
    const group = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    this.#began = performance.now();
    const committed = this.#options.commit(group);
    this.#running = committed.catch(() => undefined);
    await committed;
  }
}
