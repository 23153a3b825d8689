/** Waits for SIGINT or SIGTERM, then stops in order. A second signal ends the process at once. */
export async function untilStopped(stop: () => Promise<void>): Promise<void> {
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
