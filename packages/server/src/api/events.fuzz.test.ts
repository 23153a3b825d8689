import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { Feedback, Prediction } from '@bellwether/formats';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventSchema } from '../collect/events/schema.ts';
import type { EventBatch, EventSink } from '../store/events/event.ts';
import { FeedbackBlock } from '../store/events/feedback-block.ts';
import { PredictionBlock } from '../store/events/prediction-block.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { eventRoutes } from './events.ts';

/** `FUZZ_RUNS=100000 npx vitest run --project unit packages/server/src/api/events.fuzz` for a long one. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);
const NOW = Date.parse('2026-11-23T12:00:00Z');

const events = [
  {
    type: 'prediction',
    id: '0b1c',
    time: '2026-11-23T11:59:59.125Z',
    model: 'mail_späm',
    version: '2',
    prediction: 'ham',
    confidence: 0.93,
    features: { text_length: 120, share: 2.5e-1, language: 'de', seen: true, none: null },
    segment: 'news',
    labels: { region: 'eu' },
    latency_ms: 1.25,
    input_tokens: 12,
    output_tokens: 3,
    cost: 0.001,
    input: 'line\nbreak "quoted" \u0000 😀',
  },
  { type: 'prediction', id: '0b1d', time: 1_795_435_199.5, model: 'prices', prediction: -12.5 },
  {
    type: 'feedback',
    id: 'f',
    time: '2026-11-23T12:59:59+01:00',
    model: 'mail_späm',
    prediction_id: '0b1c',
    label: 'spam',
    rating: -1,
    comment: 'no',
    source: 'review',
  },
];
const lines = events.map((event) => JSON.stringify(event)).join('\n');

/** Bytes that mean something in JSON, and some that mean nothing anywhere. */
const fragments = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\n', '\r', '\0', '\\u', '\\ud800', '\\u0000'],
  ...['null', 'true', 'NaN', 'Infinity', '-', '1e999', '-0', '12345678901234567890', '0.1e-400'],
  ...[
    '"__proto__":{"a":1},',
    '"constructor":1,',
    '"id":"twice",',
    '"time":null,',
    '"type":"feedback",',
  ],
  ...[
    '['.repeat(2000),
    '{"a":'.repeat(2000),
    ' '.repeat(100),
    '"x":"'.concat('y'.repeat(3000), '",'),
  ],
].map((text) => Buffer.from(text));
const bytes = [
  ...[[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf]],
].map((list) => Buffer.from(list));

type Change = (body: Buffer) => Buffer;

/** A body with some of it changed, taken out, doubled, put in or cut off. */
function mutations(valid: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(valid.length);
  const splice =
    (i: number, remove: number, insert: Uint8Array): Change =>
    (body) =>
      Buffer.concat([body.subarray(0, i), insert, body.subarray(i + remove)]);
  const nothing = Buffer.alloc(0);
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.tuple(at, fc.nat(255)).map(([i, byte]) => splice(i, 1, Uint8Array.of(byte))),
    fc
      .tuple(at, fc.nat(3), fc.constantFrom(...fragments, ...bytes))
      .map(([i, n, part]) => splice(i, n, part)),
    fc.tuple(at, fc.nat(40)).map(([i, n]) => splice(i, n, nothing)),
    fc.tuple(at, fc.nat(40)).map(
      ([i, n]): Change =>
        (body) =>
          splice(i, 0, body.subarray(i, i + n))(body),
    ),
    fc.tuple(at, fc.uint8Array({ maxLength: 8 })).map(([i, extra]) => splice(i, 0, extra)),
    at.map(
      (i): Change =>
        (body) =>
          body.subarray(0, i),
    ),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((body, apply) => apply(body), valid));
}

/** Encodes what it gets as the store does, and keeps it. */
class KeepingSink implements EventSink {
  readonly busy = false;
  taken: (Prediction | Feedback)[] = [];

  begin(): EventBatch {
    const predictions = new PredictionBlock();
    const feedback = new FeedbackBlock();
    const events: (Prediction | Feedback)[] = [];
    return {
      prediction: (event) => {
        predictions.add(event);
        events.push(event);
      },
      feedback: (event) => {
        feedback.add(event);
        events.push(event);
      },
      commit: async () => {
        predictions.native(NOW);
        feedback.native(NOW);
        this.taken.push(...events);
      },
    };
  }
}

let app: FastifyInstance;
let sink: KeepingSink;

beforeEach(async () => {
  sink = new KeepingSink();
  app = Fastify();
  receiveBodies(app);
  await app.register(eventRoutes, { sink, clock: () => NOW });
});
afterEach(() => app.close());

const bodies: [name: string, body: Buffer, headers: Record<string, string>][] = [
  ['NDJSON', Buffer.from(lines), { 'content-type': 'application/x-ndjson' }],
  ['JSON', Buffer.from(JSON.stringify({ events })), { 'content-type': 'application/json' }],
  [
    'gzip',
    gzipSync(lines, { level: 1 }),
    { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
  ],
];

describe.each(bodies)('a body of %s', (name, valid, headers) => {
  const send = (payload: Buffer) =>
    app.inject({ method: 'POST', url: '/events', headers, payload });

  it('that is not changed is taken', async () => {
    const answer = await send(valid);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ stored: 3, refused: 0, errors: [] });
  });

  it('that is changed is answered with 2xx or 4xx, and only whole events are stored', {
    timeout: 3_600_000,
  }, async () => {
    const codes = new Map<number, number>();
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(mutations(valid), async (body) => {
        const { statusCode, body: text } = await send(body);
        codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
        if (++seen % 20_000 === 0) process.stderr.write(`${name} ${seen} ${memory()}\n`);
        if (![200, 400, 413].includes(statusCode)) throw new Error(`${statusCode}: ${text}`);
        const stored = sink.taken;
        sink.taken = [];
        const answer = JSON.parse(text) as { stored: number };
        if (answer.stored !== stored.length)
          throw new Error(`${stored.length} stored, said ${text}`);
        for (const event of stored) {
          // Its time is in milliseconds by now.
          const { success, error } = eventSchema.safeParse({ ...event, time: event.time / 1000 });
          if (!success) throw new Error(`${JSON.stringify(event)}: ${error.message}`);
        }
      }),
      { numRuns: RUNS },
    );
    process.stderr.write(RUNS > 1000 ? `${name} ${JSON.stringify([...codes])}\n` : '');
    expect(codes.get(400)).toBeGreaterThan(RUNS / 4);
  });
});

const collect = ((): (() => void) => {
  setFlagsFromString('--expose_gc');
  return runInNewContext('gc') as () => void;
})();

function memory(): string {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return `heap ${Math.round(heapUsed / 2 ** 20)} MiB, rss ${Math.round(rss / 2 ** 20)} MiB`;
}
