import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { openEmbeddedClickHouse } from '../store/clickhouse.ts';
import { EventStore } from '../store/events/event-store.ts';
import { StoredEvents } from '../store/events/stored-events.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { migrate } from '../store/schema/migrate.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { eventRoutes } from './events.ts';
import { storedEventRoutes } from './stored-events.ts';

const DAY = 86_400_000;
const NOW = Date.now();
const log = createLogger({ level: 'silent' });

let folder: string;
let client: ClickHouseClient;
let store: EventStore;
let app: FastifyInstance;
let url: string;

async function open(): Promise<void> {
  client = await openEmbeddedClickHouse(folder);
  await migrate(client, { retentionMs: 30 * DAY, eventRetentionMs: 400 * DAY });
  store = new EventStore({ client, log });
  app = Fastify({ forceCloseConnections: true });
  receiveBodies(app);
  await app.register(eventRoutes, { sink: store });
  await app.register(storedEventRoutes, { events: new StoredEvents(client) });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/events`;
}

async function close(): Promise<void> {
  await app.close();
  await store.close();
  await client.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-events-'));
  await open();
});

afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

interface FoundEvents {
  readonly counts: { readonly predictions: number; readonly feedback: number };
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

const at = (ago: number) => new Date(NOW - ago).toISOString();

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  headers: Record<string, string> = {},
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const send = (...events: object[]) => post(JSON.stringify(events));

async function find(query: Record<string, string>): Promise<FoundEvents> {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as FoundEvents;
}

const whole = {
  type: 'prediction',
  id: 'whole-1',
  time: at(1000),
  model: 'whole',
  version: '2',
  prediction: 'späm ✉',
  confidence: 0.93,
  features: { text_length: 120, share: 0.25, negative: -1.5e-7, zero: 0, language: 'de', '': 1 },
  segment: 'news',
  labels: { region: 'eu', endpoint: '/predict' },
  latency_ms: 1.25,
  input_tokens: 4_294_967_295,
  output_tokens: 0,
  cost: 0.00012,
  input: 'Dear\n\t"friend" \\ \u0000 end',
  output: '',
};

describe('the events door', () => {
  it('gives back every field as it was sent', async () => {
    const { '': _, ...features } = whole.features;
    const { output: _unknown, ...sent } = { ...whole, features };
    expect(await send(sent)).toEqual({
      status: 200,
      answer: { stored: 1, refused: 0, errors: [] },
    });
    expect(await find({ model: 'whole' })).toEqual({
      counts: { predictions: 1, feedback: 0 },
      events: [sent],
    });
    const said = {
      type: 'feedback',
      id: 'f-1',
      time: at(500),
      model: 'whole',
      prediction_id: 'whole-1',
      label: 'ham',
      rating: -1,
      comment: 'not späm',
      source: 'review',
    };
    await send(said);
    expect((await find({ id: 'whole-1' })).events).toEqual([said, sent]);
  });

  it('keeps numbers as numbers, and takes true for a class and for the feature 1', async () => {
    await send(
      { type: 'prediction', id: 'n', time: at(10), model: 'kinds', prediction: 7.5 },
      {
        type: 'prediction',
        id: 'b',
        time: at(9),
        model: 'kinds',
        prediction: true,
        features: { f: true, g: false, h: null },
      },
      { type: 'prediction', id: 'z', time: at(8), model: 'kinds', prediction: 0, confidence: null },
      { type: 'feedback', time: at(7), model: 'kinds', prediction_id: 'n', label: 8 },
    );
    const { events } = await find({ model: 'kinds' });
    expect(events.map(({ time: _, model: __, ...rest }) => rest)).toEqual([
      { type: 'feedback', id: 'n', prediction_id: 'n', label: 8 },
      { type: 'prediction', id: 'z', prediction: 0 },
      { type: 'prediction', id: 'b', prediction: 'true', features: { f: 1, g: 0 } },
      { type: 'prediction', id: 'n', prediction: 7.5 },
    ]);
  });

  it('gives back events of which few fit into memory, all of them and in order', async () => {
    // Each about 90 KB: a hundred of them are read in several pieces.
    const batch = Array.from({ length: 100 }, (_, i) => [
      {
        ...{ type: 'prediction', id: `l-${i}`, time: at(i * 1000), model: 'large' },
        input: 'i'.repeat(32_768),
        output: 'ö'.repeat(30_000),
      },
      { type: 'feedback', time: at(i * 1000), model: 'large', prediction_id: `l-${i}`, rating: i },
    ]).flat();
    const sent = batch.map((event) => JSON.stringify(event)).join('\n');
    expect(
      (await post(gzipSync(sent), 'application/x-ndjson', { 'content-encoding': 'gzip' })).status,
    ).toBe(200);
    const { counts, events } = await find({ model: 'large', limit: '10000' });
    expect(counts).toEqual({ predictions: 100, feedback: 100 });
    const [predictions, feedback] = ['prediction', 'feedback'].map((type) =>
      events.filter((event) => event['type'] === type),
    );
    expect(predictions).toEqual(batch.filter(({ type }) => type === 'prediction'));
    expect(feedback!.map(({ rating }) => rating)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
    expect((await find({ model: 'large', limit: '3' })).events).toHaveLength(6);
  });

  it('keeps features and labels whose names objects of JavaScript have too', async () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    const of = (value: unknown) => `{${names.map((name) => `"${name}":${JSON.stringify(value)}`)}}`;
    await post(
      `{"type":"prediction","id":"odd","time":"${at(1)}","model":"odd","features":${of(1)},"labels":${of('l')}}`,
    );
    const [event] = (await find({ model: 'odd' })).events;
    expect(new Map(Object.entries(event!['features'] as object))).toEqual(
      new Map(names.map((name) => [name, 1])),
    );
    expect(new Map(Object.entries(event!['labels'] as object))).toEqual(
      new Map(names.map((name) => [name, 'l'])),
    );
  });

  it.each(['1e400', '9'.repeat(400), '9007199254740993', 'soon'])(
    'does not take %s for a time',
    async (from) => {
      const response = await fetch(`${url}?${new URLSearchParams({ from })}`);
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: 'from must be RFC 3339 or Unix seconds' },
      ]);
    },
  );

  it('takes any other time, however far away', async () => {
    expect((await find({ from: '0', to: '8640000000000' })).events.length).toBeGreaterThan(0);
  });

  it('has what was sent twice once: in one batch, in two, and across a restart', async () => {
    const batch = Array.from({ length: 500 }, (_, i) => ({
      ...{
        type: 'prediction',
        id: `r-${i}`,
        time: at(i * 60_000),
        model: 'twice',
        prediction: 'a',
      },
    }));
    const lines = batch.map((event) => JSON.stringify(event)).join('\n');
    for (const body of [lines, `${lines}\n${lines}`])
      expect((await post(body, 'application/x-ndjson')).status).toBe(200);
    expect((await find({ model: 'twice' })).counts.predictions).toBe(500);
    await close();
    await open();
    expect((await find({ model: 'twice' })).counts.predictions).toBe(500);
    const answers = await Promise.all([1, 2, 3].map(() => post(lines, 'application/x-ndjson')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { counts, events } = await find({ model: 'twice', limit: '1000' });
    expect(counts.predictions).toBe(500);
    expect(new Set(events.map(({ id }) => id)).size).toBe(500);
  });

  it('replaces an event by what comes later under the same model, time and id', async () => {
    const event = { type: 'prediction', id: 'same', time: at(0), model: 'replaced' };
    await send({ ...event, prediction: 'b' }, { ...event, prediction: 'c' });
    expect((await find({ model: 'replaced' })).events).toMatchObject([{ prediction: 'c' }]);
    await send({ ...event, prediction: 'a' });
    expect((await find({ model: 'replaced' })).events).toMatchObject([{ prediction: 'a' }]);
    await client.command({ query: 'OPTIMIZE TABLE bellwether.prediction_events FINAL' });
    expect((await find({ model: 'replaced' })).events).toMatchObject([{ prediction: 'a' }]);
  });

  it('takes feedback before its prediction, late, twice and without one, and events out of order', async () => {
    const feedback = { type: 'feedback', model: 'order', prediction_id: 'p', label: 'x' };
    await send({ ...feedback, time: at(5000) });
    await send({ type: 'prediction', id: 'p', time: at(9000), model: 'order', prediction: 'x' });
    await send({ ...feedback, time: at(20 * DAY) }, { ...feedback, time: at(4000) });
    await send({ ...feedback, time: at(3000), prediction_id: 'never' });
    const { counts, events } = await find({
      model: 'order',
      from: String(NOW / 1000 - 86_400 * 29),
    });
    expect(counts).toEqual({ predictions: 1, feedback: 4 });
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
    expect((await find({ id: 'p' })).events).toHaveLength(4);
  });

  it('takes gzip, one event, an array, or an object with events', async () => {
    const event = (id: string) => ({ type: 'prediction', id, time: at(1), model: 'shapes' });
    const gzip = { 'content-encoding': 'gzip' };
    const bodies = [event('1'), [event('2'), event('3')], { events: [event('4')] }];
    for (const body of bodies)
      expect((await post(gzipSync(JSON.stringify(body)), 'application/json', gzip)).status).toBe(
        200,
      );
    const lines = gzipSync(`${JSON.stringify(event('5'))}\r\n\r\n${JSON.stringify(event('6'))}`);
    expect((await post(lines, 'application/x-ndjson; charset=utf-8', gzip)).status).toBe(200);
    expect((await find({ model: 'shapes' })).counts.predictions).toBe(6);
  });

  it('stores what is right of a batch and names what is wrong', async () => {
    const good = { type: 'prediction', id: 'g', time: at(1), model: 'partly' };
    const body = [
      JSON.stringify(good),
      '{"type":"prediction","id":"nan","confidence":NaN}',
      '',
      JSON.stringify({ ...good, id: 'c', confidence: 1.5 }),
    ].join('\n');
    const { status, answer } = await post(body, 'application/x-ndjson');
    expect(status).toBe(400);
    expect(answer).toMatchObject({
      error: '2 of 3 events were not taken',
      stored: 1,
      refused: 2,
      errors: [
        { index: 1, line: 2, path: '', message: expect.stringContaining('send null') },
        {
          index: 2,
          line: 4,
          id: 'c',
          path: 'confidence',
          message: 'is 1.5, it must be from 0 to 1',
        },
      ],
    });
    expect((await find({ model: 'partly' })).counts.predictions).toBe(1);
  });

  it.each([200, 300, 70_000])('keeps %i words apart, and rows without any', async (words) => {
    const model = `words-${words}`;
    const batch = new EventStore({ client, log }).begin();
    const repeats = words < 1000 ? 3 : 1;
    for (let i = 0; i < words * repeats; i++)
      batch.prediction({
        ...{ id: String(i), time: NOW - (i % 1000), model, segment: `s${i % words}` },
        ...(i % 2 === 0 ? { labels: { [`l${i % words}`]: String(i) }, features: { odd: 0 } } : {}),
      });
    await batch.commit();
    const answer = await client.query({
      query: `SELECT uniqExact(segment) AS segments, count() AS rows, countIf(length(labels) = 0) AS bare,
        countIf(segment = concat('s', toString(toUInt32(id) % ${words}))) AS right,
        countIf(labels[concat('l', toString(toUInt32(id) % ${words}))] = id) AS labelled
        FROM bellwether.predictions WHERE model = {model:String}`,
      query_params: { model },
      format: 'JSONEachRow',
    });
    const rows = words * repeats;
    const counts = { segments: words, rows, bare: rows / 2, right: rows, labelled: rows / 2 };
    const read = (await answer.json<Record<string, number | string>>())[0]!;
    expect(Object.entries(read).map(([name, value]) => [name, Number(value)])).toEqual(
      Object.entries(counts),
    );
  });

  it('tells a second sender to come again while the room for events is taken', async () => {
    const small = new EventStore({ client, log, mostWaitingBytes: 1 });
    const write = (id: string) => {
      const batch = small.begin();
      batch.prediction({ id, time: NOW, model: 'full' });
      return batch.commit();
    };
    const first = write('1');
    expect(small.busy).toBe(true);
    await expect(write('2')).rejects.toThrow(StoreBusyError);
    await first;
    expect(small.state.waitingBytes).toBe(0);
    expect((await find({ model: 'full' })).counts.predictions).toBe(1);
    await write('2');
    expect((await find({ model: 'full' })).counts.predictions).toBe(2);
  });

  it('answers 503 while ClickHouse refuses, and has each event once after it was sent again', async () => {
    const events = ['1', '2'].map((id) => ({
      type: 'prediction',
      id,
      time: at(0),
      model: 'again',
    }));
    const said = { type: 'feedback', time: at(0), model: 'again', prediction_id: '1', rating: 1 };
    const rename = (from: string, to: string) =>
      client.command({ query: `RENAME TABLE bellwether.${from} TO bellwether.${to}` });
    // The predictions of the request can be stored, its feedback cannot.
    await rename('feedback_events', 'away');
    const { status, answer } = await send(...events, said);
    await rename('away', 'feedback_events');
    expect([status, answer['error']]).toEqual([
      503,
      expect.stringMatching(/^ClickHouse refused: .*feedback_events.*send the same again/s),
    ]);
    expect(store.state.writeError).not.toBeNull();
    expect((await send(...events, said)).status).toBe(200);
    expect(store.state.writeError).toBeNull();
    expect((await find({ model: 'again' })).counts).toEqual({ predictions: 2, feedback: 1 });
  });

  it('spreads a batch over a hundred days without being refused', async () => {
    const batch = new EventStore({ client, log }).begin();
    for (let i = 0; i < 110; i++)
      batch.prediction({ id: String(i), time: NOW - i * DAY, model: 'wide' });
    await batch.commit();
    expect((await find({ model: 'wide', from: '0' })).counts.predictions).toBe(110);
  });
});
