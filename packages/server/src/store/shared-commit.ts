/**
 * Lets all who wait for durability share one insert: who asks while one runs waits for the next, as what it brought may
 * have come too late for the first.
 */
export class SharedCommit {
  readonly #insert: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param insert Writes all that is pending, or throws and keeps it pending. Never called twice at a time. */
  constructor(insert: () => Promise<void>) {
    this.#insert = insert;
  }

  /**
   * Resolves once all is written that was pending before the call.
   * @throws what the insert threw
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
}
