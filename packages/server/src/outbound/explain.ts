import { messageOf } from '../errors.ts';

const TUNNEL = /^Proxy response \((\d+)\) !== 200 when HTTP Tunneling$/;
/** What is said of any failure through a proxy; what happened is its cause. */
const EMPTY_WORDS = 'Request was cancelled.';

/** What went wrong with a request, in a sentence. */
export function explain(error: unknown, onTimeout: string): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return explain(error.errors[0], onTimeout);
  if (!(error instanceof Error)) return messageOf(error);
  if (error.name === 'TimeoutError') return onTimeout;
  if (error.message === EMPTY_WORDS && error.cause !== undefined)
    return explain(error.cause, onTimeout);
  const [, status] = TUNNEL.exec(error.message) ?? [];
  return status === undefined
    ? messageOf(error)
    : `the proxy refuses the connection with HTTP status ${status}`;
}
