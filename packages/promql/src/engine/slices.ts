import { defaultHost, type Host } from './host.ts';

/** How long one computes before others may run. */
const SLICE_MS = 8;
/** How much work is done before the clock is looked at: a small part of a slice, and much more than looking costs. */
const WORK_A_LOOK = 2_000;

/**
 * Long work in slices of time: `if (slices.dueAfter(1)) await slices.pause()` in a loop lets the event loop run every
 * few milliseconds.
 */
export class Slices {
  #sliceEnd: number;
  #work = 0;

  constructor(readonly host: Host = defaultHost) {
    this.#sliceEnd = host.now() + SLICE_MS;
  }

  /** Counts work that was done beside what {@link dueAfter} is told. */
  work(amount: number): void {
    this.#work += amount;
  }

  /** Counts work, one for a sample or so, and says now and then whether {@link pause} should be awaited. */
  dueAfter(work: number): boolean {
    this.#work += work;
    if (this.#work < WORK_A_LOOK) return false;
    this.#work = 0;
    return this.due();
  }

  /** Whether the time slice is used up and {@link pause} should be awaited. */
  due(): boolean {
    return this.host.now() >= this.#sliceEnd;
  }

  /** Lets others run, then goes on with a new slice. */
  async pause(): Promise<void> {
    await this.host.pause();
    this.#sliceEnd = this.host.now() + SLICE_MS;
  }
}
