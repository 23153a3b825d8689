/** A request that cannot be answered, with its HTTP status. The class name becomes `error_type`. */
export abstract class RequestError extends Error {
  abstract readonly status: number;
}

/** The body is no JSON. */
export class MalformedJson extends RequestError {
  override readonly name = 'MalformedJson';
  readonly status = 400;
}

/** The body is longer than the service reads. */
export class BodyTooLong extends RequestError {
  override readonly name = 'BodyTooLong';
  readonly status = 413;
}

/** The body is JSON and does not say what is needed. */
export class InvalidRequest extends RequestError {
  override readonly name = 'InvalidRequest';
  readonly status = 422;
}
