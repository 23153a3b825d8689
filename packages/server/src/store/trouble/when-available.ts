import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import { type Explanation, StoreUnavailableError } from './refusal.ts';

export interface WhenAvailableOptions {
  readonly log: Logger;
  /** Told each time it cannot be opened yet; what it throws ends the waiting. */
  readonly onWait: (why: Explanation) => Promise<void>;
  readonly pauseMs?: number;
}

/**
 * Opens something as soon as it can be opened: what may pass by itself is waited out, so that no supervisor has to start
 * this process again and again.
 * @throws what `open` throws, unless it is a StoreUnavailableError
 */
export async function whenAvailable<T>(
  open: () => Promise<T>,
  { log, onWait, pauseMs = 2000 }: WhenAvailableOptions,
): Promise<T> {
  let said = '';
  for (;;)
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await onWait(error.explanation);
      if (error.message !== said) log.error(`waiting for the store: ${error.message}`);
      said = error.message;
      await pause(pauseMs);
    }
}
