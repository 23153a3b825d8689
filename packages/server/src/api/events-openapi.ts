import { z } from 'zod';
import { eventSchema } from '../collect/events/schema.ts';

const event = z.toJSONSchema(eventSchema);

const answer = z.toJSONSchema(
  z.object({
    error: z.string().optional(),
    stored: z.int(),
    refused: z.int().optional(),
    errors: z.array(
      z.object({
        index: z.int().describe('Place among the events of the body, from 0.'),
        line: z.int().optional().describe('Line of NDJSON, from 1.'),
        id: z.string().optional(),
        path: z.string().describe('The key that is wrong; empty for the event as a whole.'),
        message: z.string(),
      }),
    ),
  }),
);

const found = z.toJSONSchema(
  z.object({
    counts: z.object({ predictions: z.int(), feedback: z.int() }),
    events: z.array(z.looseObject({ type: z.string(), id: z.string(), time: z.string() })),
  }),
);

const json = (schema: object) => ({ content: { 'application/json': { schema } } });

function parameter(name: string, description: string, type = 'string'): object {
  return { name, in: 'query', description, schema: { type } };
}

/** Of `POST /events` in the OpenAPI document. */
export const takeEvents = {
  summary: 'Take predictions and feedback; see docs/events.md.',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          anyOf: [
            event,
            { type: 'array', items: event },
            { type: 'object', properties: { events: { type: 'array', items: event } } },
          ],
        },
      },
      'application/x-ndjson': { schema: event },
    },
  },
  responses: {
    200: { description: 'ClickHouse has all of it.', ...json(answer) },
    400: {
      description: 'What errors names was not taken, the rest is stored.',
      ...json(answer),
    },
    413: { description: 'Too large; nothing was taken.' },
    415: { description: 'Neither JSON nor NDJSON; nothing was taken.' },
    429: { description: 'The store is behind; the same again after Retry-After.' },
    503: { description: 'ClickHouse failed; the same again after Retry-After.' },
  },
};

/** Of `GET /events`. */
export const findEvents = {
  summary: 'Stored events, each once, newest first.',
  parameters: [
    parameter('model', 'Of this model.'),
    parameter('id', 'With this id; feedback on a prediction with it too.'),
    parameter('from', 'RFC 3339 or Unix seconds; default a day ago, with an id the beginning.'),
    parameter('to', 'RFC 3339 or Unix seconds.'),
    parameter('limit', 'Most events of each kind, up to 10,000; default 100.', 'integer'),
  ],
  responses: { 200: { description: 'What matches.', ...json(found) } },
};
