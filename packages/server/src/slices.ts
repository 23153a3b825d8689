import { setImmediate as nextRound } from 'node:timers/promises';
import type { Steps } from '@bellwether/formats';

const SLICE_MS = 10;
/** Who waits for a turn waits for the one before. */
let turns: Promise<unknown> = Promise.resolve();

/**
 * Does the work in slices of ten milliseconds. In each round of the event loop one slice of all such work is done, so that
 * requests, timers and other reading go on however much there is of it.
 * @param mayGoOn Called between slices; what it throws ends the work.
 */
export async function inSlices<T>(steps: Steps<T>, mayGoOn?: () => void): Promise<T> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < until) continue;
    mayGoOn?.();
    turns = turns.then(() => nextRound());
    await turns;
    until = performance.now() + SLICE_MS;
  }
}
