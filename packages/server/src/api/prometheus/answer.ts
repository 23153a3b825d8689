import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Params } from './params.ts';

/** One request of this API. */
export interface Call {
  readonly params: Params;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Handler = (call: Call) => Promise<unknown>;

/** Registers handlers by path, under the methods Prometheus takes. */
export interface Router {
  get(path: string, handler: Handler): void;
  getOrPost(path: string, handler: Handler): void;
}

export function routerOf(app: FastifyInstance): Router {
  const get = (path: string, handler: Handler): void => {
    app.get(path, (request, reply) => run(handler, request, reply));
  };
  return {
    get,
    getOrPost(path, handler) {
      get(path, handler);
      app.post(path, { config: { changesNothing: true } }, (request, reply) =>
        run(handler, request, reply),
      );
    },
  };
}

async function run(
  handler: Handler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const params = new Params(request.url, request.body);
  const answer = await handler({ params, signal: gone.signal, request, reply });
  if (answer instanceof Readable) reply.type('application/json');
  return answer;
}

export const TRUNCATED = 'results truncated due to limit';

export function success(data: unknown, warnings: readonly string[] = []): Record<string, unknown> {
  return { status: 'success', data, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** A list, cut where it is longer than was asked for; 0: all. */
export function limited(data: readonly unknown[], limit: number): Record<string, unknown> {
  if (limit === 0 || data.length <= limit) return success(data);
  return success(data.slice(0, limit), [TRUNCATED]);
}

/** Go writes the zero time where nothing happened yet. */
export function timestamp(ms: number | null): string {
  return ms === null ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}
