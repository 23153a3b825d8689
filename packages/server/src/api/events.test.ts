import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { DEFAULT_EVENT_LIMITS } from '@bellwether/formats';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventBatch, type EventSink, EventsNotStoredError } from '../store/events/event.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { eventRoutes } from './events.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const event = { type: 'prediction', id: 'a', time: '2026-11-23T12:00:00Z', model: 'm' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Counts events; what `commit` does is for each test to say. */
class CountingSink implements EventSink {
  busy = false;
  committed = 0;
  commit: () => Promise<void> = async () => undefined;

  begin(): EventBatch {
    let events = 0;
    const count = () => {
      events++;
    };
    const commit = async () => {
      await this.commit();
      this.committed += events;
    };
    return { prediction: count, feedback: count, commit };
  }
}

let app: FastifyInstance;
let sink: CountingSink;
let deferred: number;

beforeEach(async () => {
  sink = new CountingSink();
  deferred = 0;
  app = Fastify();
  receiveBodies(app);
  const telemetry = { events: () => undefined, eventsDeferred: () => void deferred++ };
  await app.register(eventRoutes, { sink, clock: () => NOW, telemetry });
});
afterEach(() => app.close());

async function send(payload: string | Buffer, headers: Record<string, string> = JSON_TYPE) {
  const answer = await app.inject({ method: 'POST', url: '/events', headers, payload });
  return { code: answer.statusCode, headers: answer.headers, json: answer.json() };
}

describe('the encoding of a body', () => {
  it.each(['gzip', 'GZIP', ' Gzip', 'x-gzip'])('may be called %j', async (name) => {
    const headers = { ...JSON_TYPE, 'content-encoding': name };
    expect((await send(gzipSync(JSON.stringify(event)), headers)).code).toBe(200);
    expect(sink.committed).toBe(1);
  });

  it.each(['identity', 'Identity', ''])('may be none: %j', async (name) => {
    expect(
      (await send(JSON.stringify(event), { ...JSON_TYPE, 'content-encoding': name })).code,
    ).toBe(200);
  });
});

describe('a store that is behind', () => {
  it('is answered 429 with Retry-After, before the body is sent', async () => {
    sink.busy = true;
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/events`;
    const headers = { ...JSON_TYPE, 'content-length': 1_000_000 };
    const sent = request(url, { method: 'POST', headers });
    sent.on('error', () => undefined);
    sent.flushHeaders();
    const [answer] = await once(sent, 'response');
    sent.destroy();
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(deferred).toBe(1);
  });

  it('that falls behind meanwhile takes nothing', async () => {
    sink.commit = () => Promise.reject(new StoreBusyError('behind', 2));
    const { code, headers, json } = await send(JSON.stringify(event));
    expect([code, headers['retry-after'], json.stored]).toEqual([429, '2', 0]);
  });

  it('that fails is answered 503, and sending again is said to be safe', async () => {
    sink.commit = () => Promise.reject(new EventsNotStoredError(new Error('disk full')));
    const { code, headers, json } = await send(JSON.stringify(event));
    expect([code, headers['retry-after']]).toEqual([503, '5']);
    expect(json.error).toBe(
      'ClickHouse refused: disk full; send the same again; what is stored already is not counted twice',
    );
    expect(json).not.toHaveProperty('stored');
  });

  it('makes room again for bodies once their senders have gone', async () => {
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/events`;
    // More than the room for bodies, one after the other.
    for (let n = 0; n < 6; n++) {
      const headers = { ...JSON_TYPE, 'content-length': 16 * 2 ** 20 };
      const sent = request(url, { method: 'POST', headers });
      sent.on('error', () => undefined);
      sent.write('[');
      await new Promise((resolve) => setTimeout(resolve, 5));
      sent.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await send(JSON.stringify(event))).code).toBe(200);
  });
});

describe('a body', () => {
  it.each([
    ['nothing', '', JSON_TYPE, 400, 'the body is not JSON'],
    ['not JSON', '{"type":', JSON_TYPE, 400, 'the body is not JSON'],
    ['with NaN', '{"confidence": NaN}', JSON_TYPE, 400, 'NaN and Infinity are no JSON: send null'],
    ['a number', '7', JSON_TYPE, 400, 'the body must be an event, an array of events'],
    ['events that are no list', '{"events":{}}', JSON_TYPE, 400, '"events" must be an array'],
    ['events beside others', '{"events":[],"model":"m"}', JSON_TYPE, 400, 'there is "model"'],
    ['of no type', '{}', {}, 415, 'set Content-Type'],
    [
      'of another encoding',
      '{}',
      { ...JSON_TYPE, 'content-encoding': 'br' },
      415,
      'gzip or as it is',
    ],
    ['that is no gzip', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400, 'not gzip'],
  ])('%s is refused as a whole', async (_, body, headers, code, said) => {
    const answer = await send(body, headers as Record<string, string>);
    expect(answer.code).toBe(code);
    expect(answer.json.error).toContain(said);
    expect(answer.json.stored).toBe(0);
  });

  it('that is not UTF-8 is refused in JSON; in NDJSON only the lines that are not', async () => {
    const bad = Buffer.from(
      JSON.stringify({ ...event, segment: '#' }).replace('#', '\xff'),
      'latin1',
    );
    expect((await send(bad)).json.error).toContain('not valid UTF-8');
    const good = Buffer.from(`\n${JSON.stringify({ ...event, segment: 'ü' })}`);
    const { code, json } = await send(Buffer.concat([bad, good]), NDJSON);
    expect([code, json.stored, json.errors]).toEqual([
      400,
      1,
      [{ index: 0, line: 1, path: '', message: 'is not valid UTF-8: encode the text as UTF-8' }],
    ]);
  });

  it('may be empty NDJSON, or a list without events', async () => {
    for (const [body, headers] of [
      ['\n\n', NDJSON],
      ['[]', JSON_TYPE],
      ['{"events":[]}', JSON_TYPE],
    ] as const)
      expect((await send(body, headers)).json).toEqual({ stored: 0, refused: 0, errors: [] });
  });

  it('has a size, and a number of events, after decompression too', {
    timeout: 60_000,
  }, async () => {
    const { events, bodyBytes } = DEFAULT_EVENT_LIMITS;
    const line = `${JSON.stringify(event)}\n`;
    expect((await send(line.repeat(events), NDJSON)).json.stored).toBe(events);
    for (const [body, headers] of [
      [`${line.repeat(events)}${line}`, NDJSON],
      [`[${'1,'.repeat(events)}1]`, JSON_TYPE],
    ] as const)
      expect(await send(body, headers)).toMatchObject({
        code: 413,
        json: { error: 'more than 50000 events in one request: send fewer at a time' },
      });
    const bomb = gzipSync(Buffer.alloc(bodyBytes + 1, ' '));
    const gzip = { ...NDJSON, 'content-encoding': 'gzip' };
    expect((await send(bomb, gzip)).code).toBe(413);
    expect((await send(Buffer.alloc(bodyBytes + 1, ' '), NDJSON)).code).toBe(413);
    expect(sink.committed).toBe(events);
  });

  it('of wrong events only has the first hundred told and all counted', async () => {
    const { code, json } = await send('{}\n'.repeat(250), NDJSON);
    expect([code, json.refused, json.errors.length]).toEqual([400, 250, 100]);
  });
});
