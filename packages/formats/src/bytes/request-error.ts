/** A request that cannot be taken as a whole, with the HTTP status that tells its sender so. */
export class RequestError extends Error {
  readonly status: 400 | 413 | 415;
  constructor(status: 400 | 413 | 415, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RequestError';
    this.status = status;
  }
}
