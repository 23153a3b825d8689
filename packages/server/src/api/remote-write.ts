import {
  DEFAULT_RECEIVE_LIMITS,
  type ExemplarInput,
  LabelCache,
  type PushedMetadata,
  type ReceiveLimits,
  RequestError,
  type Steps,
  SymbolCache,
  type WriteRequest,
  writeRequestV1Steps,
  writeRequestV2Steps,
} from '@bellwether/formats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fromSnappy } from '../collect/wire/body.ts';
import { CACHE_BYTES } from '../collect/wire/cache-bytes.ts';
import { type NotStored, sentence, store } from '../collect/wire/outcome.ts';
import { checkEncoding, messageOf as messageOfType } from '../collect/wire/remote-write-type.ts';
import { StartTimes } from '../collect/wire/start-times.ts';
import { messageOf } from '../errors.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { inSlices } from '../slices.ts';
import { type MetricSink, StoreBusyError } from '../store/metrics/sink.ts';
import { bodyOf, holding } from './bodies/bodies.ts';

/** Where pushed metrics go. Bodies come by `receiveBodies`. */
export interface PushOptions {
  readonly sink: MetricSink;
  /** Told what senders say of their metrics. */
  readonly metadata?: (name: string, metadata: PushedMetadata) => void;
  /** Takes the exemplars of what was stored; resolves with how many of them are stored too. */
  readonly exemplars?: (exemplars: readonly ExemplarInput[]) => Promise<number>;
  readonly limits?: ReceiveLimits;
  /** Default: the system's clock. */
  readonly clock?: () => number;
}

/**
 * Prometheus' remote write, 1.0 and 2.0: `POST /write`.
 *
 * 204: all is stored · 400: what the body says was not taken and never will be, the rest is stored · 413, 415: nothing
 * was taken · 503 with Retry-After: the store cannot keep up, come again; Prometheus gives up on a 429 unless it is
 * configured otherwise, and on a 503 it never does.
 * Source: prometheus.io, "Remote-Write 1.0 specification" and "Remote-Write 2.0 specification".
 */
export async function remoteWriteRoutes(app: FastifyInstance, options: PushOptions): Promise<void> {
  const { sink, metadata, exemplars, limits = DEFAULT_RECEIVE_LIMITS, clock = Date.now } = options;
  const labelCache = new LabelCache(CACHE_BYTES);
  const symbolCache = new SymbolCache(2 * CACHE_BYTES);
  const starts = new StartTimes();
  const oneByOne = oneAtATime();

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    refuse(error, reply),
  );

  app.post(
    '/write',
    { bodyLimit: limits.compressedBytes, decompress: false },
    async (request, reply) => {
      const received = await read(request);
      const notStored = await store(received, sink, { starts, limits, now: clock() });
      if (metadata !== undefined) await inSlices(tell(received, metadata));
      const kept = received.exemplars.length === 0 ? 0 : await exemplars?.(received.exemplars);
      return answer(received, notStored, kept ?? 0, reply);
    },
  );

  async function read(request: FastifyRequest): Promise<WriteRequest> {
    const message = messageOfType(request.headers['content-type']);
    checkEncoding(request.headers['content-encoding']);
    return holding(request, async (hold) => {
      const bytes = await fromSnappy(bodyOf(request), limits.bodyBytes, hold);
      if (message === 'prometheus.WriteRequest')
        return inSlices(writeRequestV1Steps(bytes, limits, labelCache));
      return oneByOne(() => inSlices(writeRequestV2Steps(bytes, limits, symbolCache)));
    });
  }
}

/** Hands on what was said of metrics. */
export function* tell(
  received: Pick<WriteRequest, 'metadata'>,
  metadata: NonNullable<PushOptions['metadata']>,
): Steps<void> {
  for (const [name, about] of received.metadata) {
    metadata(name, about);
    yield;
  }
}

function answer(
  received: WriteRequest,
  notStored: readonly NotStored[],
  exemplars: number,
  reply: FastifyReply,
): FastifyReply {
  const histograms = notStored.filter(({ sample }) => sample.histogram !== undefined).length;
  reply.headers({
    'x-prometheus-remote-write-samples-written': received.samples - (notStored.length - histograms),
    'x-prometheus-remote-write-histograms-written': received.histograms - histograms,
    'x-prometheus-remote-write-exemplars-written': exemplars,
  });
  const { refusals } = received;
  const sent = received.samples + received.histograms + refusals.count;
  for (const one of notStored) refusals.explain(() => sentence(one));
  if (refusals.empty) return reply.code(204).send();
  const refused = refusals.count + notStored.length;
  return text(reply, 400, `${refused} of ${sent} samples were not taken:\n${refusals.text}\n`);
}

function refuse(error: Error & { statusCode?: number }, reply: FastifyReply): FastifyReply {
  if (error instanceof RequestError) return text(reply, error.status, `${error.message}\n`);
  if (error instanceof StoreBusyError) {
    reply.header('retry-after', Math.ceil(error.retryAfterSeconds));
    return text(reply, 503, `${error.message}\n`);
  }
  return text(reply, error.statusCode ?? 500, `${messageOf(error)}\n`);
}

function text(reply: FastifyReply, code: number, body: string): FastifyReply {
  return reply.code(code).type('text/plain; charset=utf-8').send(body);
}
