import {
  CONTENT_TYPES,
  DEFAULT_OTLP_SETTINGS,
  DEFAULT_RECEIVE_LIMITS,
  DeltaStreams,
  exportResponse,
  hasDeltas,
  type OtlpEncoding,
  type OtlpSettings,
  type ReceiveLimits,
  RecentCache,
  RequestError,
  type ResourceMetrics,
  readJson,
  readProtobuf,
  STATUS_CODES,
  status,
  type Translated,
  translate,
} from '@bellwether/formats';
import type { Labels } from '@bellwether/promql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fromGzip, type Hold, tooLarge } from '../collect/wire/body.ts';
import { CACHE_BYTES } from '../collect/wire/cache-bytes.ts';
import { contentEncoding } from '../collect/wire/content-encoding.ts';
import { type NotStored, sentence, store } from '../collect/wire/outcome.ts';
import { StartTimes } from '../collect/wire/start-times.ts';
import { messageOf } from '../errors.ts';
import { inSlices } from '../slices.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { bodyOf, holding } from './bodies/bodies.ts';
import { type PushOptions, tell } from './remote-write.ts';

export interface OtlpOptions extends PushOptions {
  readonly settings?: OtlpSettings;
}

/** 20 MiB is what the specification recommends. */
const OTLP_LIMITS: ReceiveLimits = { ...DEFAULT_RECEIVE_LIMITS, bodyBytes: 20 * 2 ** 20 };

/** Where OpenTelemetry's exporters send to, and where they send to when told that we are a Prometheus. */
const PATHS = ['/v1/metrics', '/api/v1/otlp/v1/metrics'];

/**
 * OTLP/HTTP for metrics: `POST` to either of `PATHS`, in protobuf and JSON, plain and gzip.
 *
 * 200: all is stored, but for what its partial success names · 400, 413, 415: nothing was taken · 429 and 503 with
 * Retry-After: come again.
 * Source: OTLP specification, "OTLP/HTTP".
 */
export async function otlpRoutes(app: FastifyInstance, options: OtlpOptions): Promise<void> {
  const { sink, metadata, exemplars, clock = Date.now } = options;
  const { limits = OTLP_LIMITS, settings = DEFAULT_OTLP_SETTINGS } = options;
  const deltas = new DeltaStreams(2 * CACHE_BYTES);
  const starts = new StartTimes();
  const known = new RecentCache<Labels>(CACHE_BYTES);
  const oneAtATime = queue();

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    refuse(error, encodingOf(request) ?? 'json', reply),
  );

  for (const url of PATHS)
    app.route({
      method: 'POST',
      url,
      bodyLimit: limits.compressedBytes,
      decompress: false,
      handler: async (request, reply) => {
        const encoding = encodingOf(request);
        if (encoding === undefined)
          throw new RequestError(
            415,
            `unsupported content type ${request.headers['content-type'] ?? '(none)'}: OTLP is application/x-protobuf or application/json`,
          );
        const resources = await read(request, encoding);
        // Sums of deltas build on each other, and on what was stored.
        const take = () => takeIn(resources);
        const { translated, notStored } = await (hasDeltas(resources) ? oneAtATime(take) : take());
        if (metadata !== undefined) await inSlices(tell(translated, metadata));
        return reply
          .type(CONTENT_TYPES[encoding])
          .send(exportResponse(encoding, partialSuccess(translated, notStored)));
      },
    });

  async function takeIn(
    resources: readonly ResourceMetrics[],
  ): Promise<{ translated: Translated; notStored: NotStored[] }> {
    const now = clock();
    const session = deltas.begin();
    const translated = translate(resources, settings, limits, session, known);
    const notStored = await store(translated, sink, { starts, limits, now });
    // Before the sums go on: who comes again after a failure must find them as they were.
    if (translated.exemplars.length > 0) await exemplars?.(translated.exemplars);
    deltas.keep(session, now);
    return { translated, notStored };
  }

  function read(request: FastifyRequest, encoding: OtlpEncoding): Promise<ResourceMetrics[]> {
    return holding(request, async (hold) => {
      const bytes = await plain(request, hold);
      return encoding === 'json' ? readJson(bytes.toString(), limits) : readProtobuf(bytes, limits);
    });
  }

  async function plain(request: FastifyRequest, hold: Hold): Promise<Buffer> {
    const bytes = bodyOf(request);
    const encoding = contentEncoding(request.headers['content-encoding']);
    if (encoding === 'gzip') return fromGzip(bytes, limits.bodyBytes, hold);
    if (encoding !== 'identity')
      throw new RequestError(415, `unsupported content encoding ${encoding}: OTLP is gzip or none`);
    if (bytes.length > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
    return bytes;
  }
}

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (mediaType === CONTENT_TYPES.protobuf) return 'protobuf';
  return mediaType === CONTENT_TYPES.json ? 'json' : undefined;
}

function partialSuccess(
  { refusals, pointOf }: Translated,
  notStored: readonly NotStored[],
): { rejectedDataPoints: number; errorMessage: string } | undefined {
  const points = new Set<number | undefined>();
  for (const one of notStored) {
    points.add(pointOf.get(one.sample));
    refusals.explain(() => sentence(one));
  }
  // Samples that we made, like those of target_info, are no sender's points.
  points.delete(undefined);
  if (refusals.empty) return undefined;
  return { rejectedDataPoints: refusals.count + points.size, errorMessage: refusals.text };
}

function refuse(
  error: Error & { statusCode?: number },
  encoding: OtlpEncoding,
  reply: FastifyReply,
): FastifyReply {
  const answer = (http: number, code: number): FastifyReply =>
    reply
      .code(http)
      .type(CONTENT_TYPES[encoding])
      .send(status(encoding, code, messageOf(error)));
  if (error instanceof RequestError) return answer(error.status, STATUS_CODES.invalidArgument);
  if (error instanceof StoreBusyError) {
    reply.header('retry-after', Math.ceil(error.retryAfterSeconds));
    return answer(429, STATUS_CODES.resourceExhausted);
  }
  const http = error.statusCode ?? 500;
  if (http < 500) return answer(http, STATUS_CODES.invalidArgument);
  // Of all 5xx a sender repeats a request only after 502, 503 and 504, and it may not be lost.
  return answer(503, STATUS_CODES.unavailable);
}

/** Runs one piece of work after another. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
