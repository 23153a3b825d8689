import { type Millis, PromQLError } from '@bellwether/promql';

/** Ends what takes longer with a `timeout` error: the engine looks at the clock itself, the store at a signal. */
export async function withinTime<T>(
  timeoutMs: Millis,
  signal: AbortSignal | undefined,
  run: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs <= 0) throw new PromQLError('timeout', 'query timed out before it began');
  const late = new AbortController();
  // Timers cannot be set for longer; the engine ends a query long before.
  const timer = setTimeout(() => late.abort(), Math.min(timeoutMs, 2 ** 31 - 1));
  try {
    return await run(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted && signal?.aborted !== true)
      throw new PromQLError('timeout', 'query timed out in expression evaluation');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
