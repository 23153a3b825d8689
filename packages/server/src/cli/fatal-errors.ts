/** What is closed before the process ends for an error that nobody caught. */
const closers: (() => Promise<void>)[] = [];

/** Longer than a store needs to write what is pending. */
const CLOSE_WITHIN_MS = 5000;

export function closeOnFatalError(close: () => Promise<void>): void {
  closers.push(close);
}

/**
 * Ends the process when an error or a rejected promise reaches nobody: its state is not known any more, and a supervisor
 * can start it again. What was taken is written first, as far as that can be.
 * @param report Says what went wrong, and which exit code that is.
 */
export function endOnFatalErrors(report: (error: unknown) => number): void {
  let code: number | undefined;
  process.on('uncaughtException', (error) => {
    // What closing does wrong then is of no interest any more.
    if (code !== undefined) return;
    code = report(error);
    const end = (): never => process.exit(code);
    setTimeout(end, CLOSE_WITHIN_MS);
    void Promise.allSettled(closers.map((close) => close())).then(end);
  });
}
