/** An error of this realm or of another: a worker's, a sandbox's, a test runner's. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/**
 * Names an error for the label `error_type`, as document B does with `type(e).__name__`.
 *
 * The error's own `name` is taken first, since bundlers rename classes; a plain `Error` by name may
 * still be a subclass whose author set no name, so then its class is asked. Thrown values that are
 * no errors are named by their type.
 */
export function errorTypeOf(error: unknown): string {
  if (!isError(error)) return error === null ? 'null' : typeof error;
  if (typeof error.name === 'string' && error.name !== '' && error.name !== 'Error') {
    return error.name;
  }
  return error.constructor?.name || 'Error';
}
