import { closeOnFatalError } from './fatal-errors.ts';

/**
 * Waits for SIGINT or SIGTERM, then stops in order; an error that nobody caught stops it too. A second signal ends the
 * process at once.
 */
export async function untilStopped(stop: () => Promise<void>): Promise<void> {
  closeOnFatalError(stop);
  await new Promise<void>((resolve) => {
    const once = (): void => {
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', once);
    process.once('SIGTERM', once);
  });
  await stop();
}
