const TIMEOUT_MS = 10_000;

/** Why a request to the server has no answer. */
export type ApiErrorCode =
  /** No connection, or none in time: the server is stopped or the network is gone. */
  | 'unreachable'
  /** It answers, but not with what was asked for: still starting, or a proxy speaks for it. */
  | 'unavailable'
  /** It understood and refused: a query that cannot be evaluated, for one. */
  | 'refused'
  /** An answer that is not of the agreed shape. */
  | 'malformed';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface Answer {
  readonly body: unknown;
  /** The server's own clock when it answered, Unix ms in whole seconds; null without a Date header. */
  readonly serverTime: number | null;
}

/**
 * GETs JSON from the same origin; gives up after 10 s.
 *
 * @throws {ApiError} with a message for a person. An abort by `signal` is thrown as it is.
 */
export async function getJson(path: string, signal: AbortSignal): Promise<Answer> {
  const response = await request(path, signal);
  const body = await parse(response);
  if (!response.ok) {
    const said = serverMessage(body);
    if (said !== null && response.status < 500) throw new ApiError('refused', said);
    throw new ApiError('unavailable', said ?? `The server answers with status ${response.status}.`);
  }
  if (body === undefined) throw new ApiError('malformed', 'The server answers, but not with JSON.');
  const date = Date.parse(response.headers.get('date') ?? '');
  return { body, serverTime: Number.isNaN(date) ? null : date };
}

async function request(path: string, signal: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      signal: AbortSignal.any([signal, timeout]),
      headers: { accept: 'application/json' },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const message = timeout.aborted
      ? `The server did not answer within ${TIMEOUT_MS / 1000} s.`
      : 'The server cannot be reached.';
    throw new ApiError('unreachable', message, { cause: error });
  }
}

async function parse(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Errors of the Prometheus API carry `error`, Fastify's own carry `message`. */
function serverMessage(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null;
  if ('error' in body && 'errorType' in body && typeof body.error === 'string') return body.error;
  return 'message' in body && typeof body.message === 'string' ? body.message : null;
}
