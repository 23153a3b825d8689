import { Readable } from 'node:stream';
import { parseTime } from '@bellwether/formats';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EventQuery, FoundEvents, StoredEvents } from '../store/events/stored-events.ts';
import { findEvents } from './events-openapi.ts';

const DAY_MS = 86_400_000;

const time = z.string().transform((text, context) => {
  const ms = parseTime(/^[\d.]+$/.test(text) ? Number(text) : text);
  if (Number.isFinite(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'must be RFC 3339 or Unix seconds' });
  return z.NEVER;
});

const querySchema = z.strictObject({
  model: z.string().min(1).optional(),
  id: z.string().min(1).optional(),
  from: time.optional(),
  to: time.optional(),
  limit: z.coerce.number().int().min(0).max(10_000).default(100),
});

export interface StoredEventRoutesOptions {
  readonly events: StoredEvents;
  /** Default: the system's clock. */
  readonly clock?: () => number;
}

/**
 * `GET /events`: what is stored, each event once, newest first, with counts. By `model`, `id`, `from`, `to`; without a
 * beginning it is the last day, or with an `id` all there is.
 */
export async function storedEventRoutes(
  app: FastifyInstance,
  { events, clock = Date.now }: StoredEventRoutesOptions,
): Promise<void> {
  app.get('/events', { config: { openApi: findEvents } }, async (request, reply) => {
    const parsed = querySchema.safeParse(request.query);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const error = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
      return reply.code(400).send({ error });
    }
    const { model, id, limit } = parsed.data;
    // Events may be ahead of our clock by as much as the door lets them.
    const to = parsed.data.to ?? clock() + DAY_MS;
    const from = parsed.data.from ?? (id === undefined ? clock() - DAY_MS : 0);
    const query: EventQuery = { model, id, from, to, limit };
    const found = await events.find(query);
    return reply.type('application/json; charset=utf-8').send(Readable.from(textOf(found)));
  });
}

/** The answer piece by piece, as fast as it is read: ten thousand events may be gigabytes. */
async function* textOf({ counts, events }: FoundEvents): AsyncGenerator<string> {
  let piece = `{"counts":${JSON.stringify(counts)},"events":[`;
  let isFirst = true;
  for await (const event of events) {
    piece += `${isFirst ? '' : ','}${JSON.stringify(event)}`;
    isFirst = false;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}

const PIECE = 1 << 16;
