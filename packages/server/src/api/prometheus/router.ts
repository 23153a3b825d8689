import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { bodyOf } from '../bodies/bodies.ts';
import type { Cors } from './cors.ts';
import { jsonBody } from './json-pieces.ts';
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

/** Registers handlers by path, under the methods Prometheus takes; others are refused with the list of those. */
export interface Router {
  get(path: string, handler: Handler): void;
  getOrPost(path: string, handler: Handler): void;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** As much of a form as Go's net/http reads. */
const FORM_LIMIT = 10 * 1024 * 1024;

/** Routes that only answer questions, and answer them to pages of other origins too. */
export function routerOf(app: FastifyInstance, cors: Cors): Router {
  const answering = (path: string, methods: readonly HTTPMethods[], handler: Handler): void => {
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => cors(request, reply);
    app.route({
      method: [...methods],
      url: path,
      exposeHeadRoute: false,
      bodyLimit: FORM_LIMIT,
      config: { changesNothing: true },
      onRequest,
      handler: (request, reply) => run(handler, request, reply),
    });
    const preflight = (_request: FastifyRequest, reply: FastifyReply) => reply.code(204).send();
    app.options(path, { onRequest }, preflight);
    const allow = [...methods, 'OPTIONS'].sort().join(', ');
    app.route({
      method: METHODS.filter((method) => !methods.includes(method)),
      url: path,
      exposeHeadRoute: false,
      // Before anything of a body is read.
      onRequest: (request, reply) => refuse(request, reply, allow),
      handler: (request, reply) => refuse(request, reply, allow),
    });
  };
  return {
    get: (path, handler) => answering(path, ['GET'], handler),
    getOrPost: (path, handler) => answering(path, ['GET', 'POST'], handler),
  };
}

async function refuse({ method }: FastifyRequest, reply: FastifyReply, allow: string) {
  const error = `${method} is not taken here: use ${allow}`;
  return reply
    .code(405)
    .header('allow', allow)
    .send({ status: 'error', errorType: 'bad_data', error });
}

/** What is no form says nothing, as in Prometheus; the address counts. */
function formOf(request: FastifyRequest): string | undefined {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  const isForm = type.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  return isForm ? bodyOf(request).toString() : undefined;
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
  const params = new Params(request.url, formOf(request));
  const answer = await handler({ params, signal: gone.signal, request, reply });
  if (answer === reply) return answer;
  reply.type(answer instanceof Readable ? 'application/json' : 'application/json; charset=utf-8');
  return answer instanceof Readable ? answer : jsonBody(answer);
}
