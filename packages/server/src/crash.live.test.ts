import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compressSync } from 'snappy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeV1, encodeV2 } from './testing/encode.ts';
import { eventually, freePort, type Running, startCli } from './testing/processes.ts';
import { PrometheusClient } from './testing/prometheus-client.ts';

/** A few each time; `CRASH_ROUNDS=30` is a long look. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 4);
const SERIES_A_REQUEST = 20;
const EVENTS_A_REQUEST = 10;

let folder: string;
let url: string;
let server: Running;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-crash-'));
  url = `http://127.0.0.1:${await freePort()}`;
});

afterAll(async () => {
  await server?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  server = startCli(['serve', '--listen', new URL(url).host, '--data', join(folder, 'data')]);
  await eventually('the server', async () =>
    (await fetch(`${url}/-/ready`)).ok ? true : undefined,
  ).catch((cause) => {
    throw new Error(`the server is not ready; it said: ${server.output()}`, { cause });
  });
}

/** Sends numbered samples until told to stop; a request without an answer is sent again, as real senders do. */
class Sender {
  readonly #id: string;
  readonly #v2: boolean;
  /** Requests that were acknowledged. */
  acknowledged: { time: number; n: number }[] = [];
  #n = 0;

  constructor(id: string, v2: boolean) {
    this.#id = id;
    this.#v2 = v2;
  }

  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const sample = { time: Date.now(), n: this.#n++ };
      while (!(await this.#send(sample))) {
        if (stopped()) return;
        await pause(50);
      }
      this.acknowledged.push(sample);
      await pause(5);
    }
  }

  async #send({ time, n }: { time: number; n: number }): Promise<boolean> {
    const series = Array.from({ length: SERIES_A_REQUEST }, (_, i) => ({
      labels: [
        ['__name__', 'crash_samples'],
        ['sender', this.#id],
        ['series', String(i)],
      ] as const,
      samples: [[time, n] as const],
    }));
    const type = this.#v2 ? ';proto=io.prometheus.write.v2.Request' : '';
    try {
      const response = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers: {
          'content-type': `application/x-protobuf${type}`,
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': this.#v2 ? '2.0.0' : '0.1.0',
        },
        body: new Uint8Array(compressSync(this.#v2 ? encodeV2(series) : encodeV1(series))),
      });
      await response.arrayBuffer();
      if (response.status !== 204 && response.status < 500)
        throw new Error(`refused: ${response.status}`);
      return response.status === 204;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}

/** Sends model events as a service would, each request again until it is answered, and now and then once more. */
class EventSender {
  /** Ids of events that were acknowledged. */
  acknowledged: string[] = [];
  #n = 0;

  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const time = new Date().toISOString();
      const events = Array.from({ length: EVENTS_A_REQUEST }, () => ({
        ...{ type: 'prediction', id: String(this.#n++), time, model: 'crash' },
        ...{ prediction: this.#n % 2 === 0, features: { n: this.#n, word: 'x' } },
      }));
      while (!(await this.#send(events))) {
        if (stopped()) return;
        await pause(50);
      }
      this.acknowledged.push(...events.map(({ id }) => id));
      if (this.#n % 3 === 0) await this.#send(events);
    }
  }

  async #send(events: readonly object[]): Promise<boolean> {
    try {
      const response = await fetch(`${url}/api/bellwether/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: events.map((event) => JSON.stringify(event)).join('\n'),
      });
      const answer = await response.text();
      if (response.status !== 200 && response.status < 500) throw new Error(answer);
      return response.status === 200;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  /** Fails unless the server has each acknowledged event, and none of them twice. */
  async check(): Promise<void> {
    const response = await fetch(`${url}/api/bellwether/v1/events?model=crash&limit=10000`);
    const { counts, events } = (await response.json()) as {
      counts: { predictions: number };
      events: { id: string }[];
    };
    const stored = new Set(events.map(({ id }) => id));
    expect(stored.size).toBe(events.length);
    expect(counts.predictions).toBe(events.length);
    expect(this.acknowledged.length).toBeGreaterThan(ROUNDS * EVENTS_A_REQUEST);
    expect(this.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(stored.size).toBeLessThanOrEqual(this.acknowledged.length + EVENTS_A_REQUEST);
  }
}

it(`has every acknowledged sample and event exactly once after ${ROUNDS} kills at random moments`, async () => {
  await startServer();
  let over = false;
  const senders = [new Sender('one', false), new Sender('two', false), new Sender('three', true)];
  const events = new EventSender();
  const sending = Promise.all([...senders, events].map((sender) => sender.run(() => over)));
  for (let round = 0; round < ROUNDS; round++) {
    await pause(300 + Math.random() * 1500);
    await server.kill('SIGKILL');
    await startServer();
  }
  await pause(500);
  over = true;
  await sending;

  const api = new PrometheusClient(url);
  const check = async (): Promise<void> => {
    await events.check();
    for (const [s, { acknowledged }] of senders.entries()) {
      expect(acknowledged.length).toBeGreaterThan(ROUNDS);
      const id = ['one', 'two', 'three'][s]!;
      for (const series of [0, SERIES_A_REQUEST - 1]) {
        const data = await api.get<{ result: { values: [number, string][] }[] }>('query', {
          query: `crash_samples{sender="${id}", series="${series}"}[1h]`,
        });
        const stored = data.result.flatMap(({ values }) => values);
        const times = stored.map(([at]) => Math.round(at * 1000));
        expect(new Set(times).size).toBe(times.length);
        const byTime = new Map(stored.map(([at, value]) => [Math.round(at * 1000), Number(value)]));
        const missing = acknowledged.filter(({ time, n }) => byTime.get(time) !== n);
        expect(missing).toEqual([]);
      }
      const counts = await api.vector(`count_over_time(crash_samples{sender="${id}"}[1h])`);
      expect(counts.size).toBe(SERIES_A_REQUEST);
      // A request that was never acknowledged may be there too: at most the one on its way at each kill.
      for (const count of counts.values()) {
        expect(count).toBeGreaterThanOrEqual(acknowledged.length);
        expect(count).toBeLessThanOrEqual(acknowledged.length + ROUNDS + 1);
      }
    }
  };
  await check();
  await server.kill('SIGKILL');
  await startServer();
  await check();
});
