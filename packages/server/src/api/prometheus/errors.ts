import { PromQLError } from '@bellwether/promql';
import { messageOf } from '../../errors.ts';

/** Prometheus' error types and the HTTP codes it answers them with. */
const httpCodes = {
  bad_data: 400,
  execution: 422,
  canceled: 503,
  timeout: 503,
  not_found: 404,
  unavailable: 500,
  internal: 500,
} as const;

export type ErrorType = keyof typeof httpCodes;

/** A request that this API refuses, in Prometheus' terms. */
export class ApiError extends Error {
  readonly errorType: ErrorType;
  constructor(errorType: ErrorType, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** The refusal of a parameter, in Prometheus' words. */
export function invalidParameter(name: string, what: string): ApiError {
  const before = `invalid parameter "${name}": `;
  return new ApiError('bad_data', what.startsWith(before) ? what : before + what);
}

export function toApiError(error: unknown): { code: number; body: Record<string, string> } {
  const errorType = errorTypeOf(error);
  const { statusCode } = error as { statusCode?: number };
  return {
    code: OF_BODIES.has(statusCode) ? statusCode! : httpCodes[errorType],
    body: { status: 'error', errorType, error: messageOf(error) },
  };
}

/** Of bodies that came too slowly, were too large, or found no room: no error of the API's own. */
const OF_BODIES: ReadonlySet<number | undefined> = new Set([408, 413, 503]);

function errorTypeOf(error: unknown): ErrorType {
  if (error instanceof ApiError) return error.errorType;
  if (error instanceof PromQLError) {
    switch (error.code) {
      case 'parse':
        return 'bad_data';
      case 'timeout':
        return 'timeout';
      case 'canceled':
        return 'canceled';
      default:
        return 'execution';
    }
  }
  // A body that the HTTP server could not read.
  const { statusCode = 500 } = error as { statusCode?: number };
  if (statusCode === 503) return 'unavailable';
  return statusCode < 500 ? 'bad_data' : 'internal';
}
