import type { Scalar } from './metric/scalar.ts';

/**
 * Keeps the SDK's own failures away from the host: a model must answer even when its monitoring
 * cannot count. Each failure is counted by where it happened and passed to `onError` the first time.
 */
export class Guard {
  readonly #counter: Scalar;
  readonly #onError: ((error: unknown, where: string) => void) | undefined;
  readonly #reported = new Set<string>();

  constructor(counter: Scalar, onError: ((error: unknown, where: string) => void) | undefined) {
    this.#counter = counter;
    this.#onError = onError;
  }

  /** Runs `work`; when it throws, reports and returns `fallback`. */
  run<T>(where: string, fallback: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.report(where, error);
      return fallback;
    }
  }

  /** Counts a failure. Never throws, not even when the host's `onError` does. */
  report(where: string, error: unknown): void {
    this.#counter.series(where).value += 1;
    if (this.#onError === undefined || this.#reported.has(where)) return;
    this.#reported.add(where);
    try {
      const told: unknown = this.#onError(error, where);
      // One that is asynchronous may fail later, and nobody else would catch that.
      if (told instanceof Promise) told.catch(() => {});
    } catch {
      // The host's own reporter failed: there is nobody left to tell, and the counter has it.
    }
  }
}
