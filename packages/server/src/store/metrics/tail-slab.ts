import { BLOCK_SAMPLES } from './block.ts';

const PAGE_SLOTS = 1024;

/** Where a series keeps its newest samples: `times` and `values` of a page, from `at` on. */
export interface Page {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Room for the newest samples of all series. A typed array of its own costs a series more than the few samples it would
 * hold, so a thousand series share a page.
 */
export class TailSlab {
  readonly #pages: Page[] = [];
  readonly #free: number[] = [];
  #slots = 0;

  take(): number {
    const slot = this.#free.pop() ?? this.#slots++;
    if (slot === this.#pages.length * PAGE_SLOTS)
      this.#pages.push({
        times: new Float64Array(PAGE_SLOTS * BLOCK_SAMPLES),
        values: new Float64Array(PAGE_SLOTS * BLOCK_SAMPLES),
      });
    return slot;
  }

  /** Gives a slot back. Nothing may read it any more. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  page(slot: number): Page {
    return this.#pages[(slot / PAGE_SLOTS) | 0]!;
  }

  /** Where the slot's samples begin in its page. */
  at(slot: number): number {
    return (slot % PAGE_SLOTS) * BLOCK_SAMPLES;
  }
}
