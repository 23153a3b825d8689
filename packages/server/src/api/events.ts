import {
  DEFAULT_EVENT_LIMITS,
  type EventFormat,
  type EventLimits,
  type ReadEvents,
  RequestError,
  readEvents,
} from '@bellwether/formats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fromGzip, type Hold } from '../collect/wire/body.ts';
import { contentEncoding } from '../collect/wire/content-encoding.ts';
import { messageOf } from '../errors.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { inSlices } from '../slices.ts';
import { type EventSink, EventsNotStoredError } from '../store/events/event.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { bodyOf, holding } from './bodies/bodies.ts';
import { takeEvents } from './events-openapi.ts';

export interface EventRoutesOptions {
  readonly sink: EventSink;
  readonly limits?: EventLimits;
  /** Default: the system's clock. */
  readonly clock?: () => number;
  /** Told what became of each request. */
  readonly telemetry?: EventTelemetry;
}

interface EventTelemetry {
  events(outcome: { predictions: number; feedback: number; refused: number }): void;
  /** A request was told to come again. */
  eventsDeferred(): void;
}

const NOT_STORED_RETRY_SECONDS = 5;
const FORMATS: ReadonlyMap<string, EventFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
]);

/**
 * Model events: `POST /events`, predictions and feedback as JSON or NDJSON, gzip or not. See docs/events.md.
 *
 * 200: ClickHouse has all of it · 400: what `errors` names was not taken and never will be, the rest is stored · 413,
 * 415: nothing was taken · 429 with Retry-After: nothing was taken, come again · 503 with Retry-After: not known how much
 * is stored, send the same again, it is not counted twice.
 */
export async function eventRoutes(
  app: FastifyInstance,
  options: EventRoutesOptions,
): Promise<void> {
  const { sink, limits = DEFAULT_EVENT_LIMITS, clock = Date.now, telemetry } = options;
  const inTurn = oneAtATime();

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof StoreBusyError) telemetry?.eventsDeferred();
    return refuse(error, reply);
  });

  app.post(
    '/events',
    {
      bodyLimit: limits.compressedBytes,
      decompress: false,
      config: { openApi: takeEvents },
      // Before the body is read: a sender that has to wait should not have to send it first.
      onRequest: async () => {
        if (sink.busy) throw new StoreBusyError('the store is behind with what was sent before', 2);
      },
    },
    async (request, reply) => {
      const { read, stored } = await inTurn(() => take(request));
      await stored;
      telemetry?.events(read);
      return answer(read, reply);
    },
  );

  /** Reads a body into a batch and sends it off. */
  async function take(
    request: FastifyRequest,
  ): Promise<{ read: ReadEvents; stored: Promise<void> }> {
    const format = formatOf(request);
    return holding(request, async (hold) => {
      const body = await bytesOf(request, limits, hold);
      const into = sink.begin();
      const read = await inSlices(readEvents(body, format, { into, now: clock(), limits }));
      return { read, stored: into.commit() };
    });
  }
}

function formatOf(request: FastifyRequest): EventFormat {
  const type = request.headers['content-type'] ?? '';
  const format = FORMATS.get(type.split(';')[0]!.trim().toLowerCase());
  if (format === undefined)
    throw new RequestError(
      415,
      `events come as application/json or application/x-ndjson, not as ${JSON.stringify(type.slice(0, 80))}: set Content-Type`,
    );
  return format;
}

async function bytesOf(request: FastifyRequest, limits: EventLimits, hold: Hold): Promise<Buffer> {
  const body = bodyOf(request);
  const encoding = contentEncoding(request.headers['content-encoding']);
  if (encoding === 'identity') return body;
  if (encoding === 'gzip') return fromGzip(body, limits.bodyBytes, hold);
  throw new RequestError(
    415,
    `the body is encoded as ${JSON.stringify(encoding.slice(0, 80))}: send it as gzip or as it is`,
  );
}

function answer(read: ReadEvents, reply: FastifyReply): FastifyReply {
  const { refused, errors } = read;
  const stored = read.predictions + read.feedback;
  if (refused === 0) return reply.code(200).send({ stored, refused, errors });
  const error = `${refused} of ${stored + refused} events were not taken`;
  return reply.code(400).send({ error, stored, refused, errors });
}

function refuse(error: Error & { statusCode?: number }, reply: FastifyReply): FastifyReply {
  const nothing = { stored: 0, errors: [] };
  if (error instanceof RequestError)
    return reply.code(error.status).send({ error: error.message, ...nothing });
  if (error instanceof StoreBusyError) {
    reply.header('retry-after', Math.ceil(error.retryAfterSeconds));
    return reply.code(429).send({ error: `${error.message}: send it again later`, ...nothing });
  }
  if (error instanceof EventsNotStoredError) {
    reply.header('retry-after', NOT_STORED_RETRY_SECONDS);
    const message = `ClickHouse refused: ${error.message.slice(0, 500)}`;
    const remedy = 'send the same again; what is stored already is not counted twice';
    return reply.code(503).send({ error: `${message}; ${remedy}`, errors: [] });
  }
  return reply.code(error.statusCode ?? 500).send({ error: messageOf(error), ...nothing });
}
