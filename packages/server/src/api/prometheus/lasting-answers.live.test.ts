import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { arraySource, Engine } from '@bellwether/promql';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueryRoom } from '../../metrics/query-room.ts';
import type { MetricSource } from '../../metrics/source.ts';
import { endStalledAnswers } from '../stalled-answers.ts';
import { queryRoutes } from './query-routes.ts';
import { routerOf } from './router.ts';

/** Their answer is longer than what the buffers of the system take. */
const series = Array.from({ length: 20_000 }, (_, k) => ({
  labels: { __name__: 'up', k: String(k), text: 'x'.repeat(1_000) },
  times: Float64Array.of(0),
  values: Float64Array.of(k),
}));
const room = new QueryRoom({ concurrency: 1, totalBytes: 1e9 });

let app: FastifyInstance;

beforeAll(async () => {
  const engine = new Engine();
  const store = arraySource(series);
  const source: Pick<MetricSource, 'instant'> = {
    async instant(expr, at, settings) {
      const result = await engine.instant(store, expr, at);
      const { answerBytes } = result.stats;
      return settings?.lasting === true ? { ...result, release: room.keep(answerBytes) } : result;
    },
  };
  app = Fastify({ forceCloseConnections: true });
  endStalledAnswers(app, 100);
  const router = routerOf(app, () => undefined);
  queryRoutes(router, { source: source as MetricSource, clock: () => 0 });
  await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => app.close());

const port = (): number => (app.server.address() as AddressInfo).port;

/** A client that asks and reads nothing. */
async function askAndWait(): Promise<Socket> {
  const client = connect(port(), '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  await once(client, 'connect');
  client.write('GET /query?query=up&time=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return client;
}

/** Once the answer has begun it is held; that is looked for in each turn of the event loop. */
async function untilHeld(): Promise<void> {
  while (room.heldBytes === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('what an answer holds', () => {
  it('is counted while it is written, and given back when it has been read', async () => {
    const response = await fetch(`http://127.0.0.1:${port()}/query?query=up&time=0`);
    expect(room.heldBytes).toBeGreaterThan(20_000 * 9);
    expect((await response.text()).length).toBeGreaterThan(20_000_000);
    await untilGivenBack();
  });

  it('is given back when the client goes away', async () => {
    const client = await askAndWait();
    await untilHeld();
    client.destroy();
    await untilGivenBack();
  });

  it('is given back when the client reads nothing for too long', async () => {
    await askAndWait();
    await untilHeld();
    await untilGivenBack();
  });
});

async function untilGivenBack(): Promise<void> {
  while (room.heldBytes > 0) await new Promise((resolve) => setImmediate(resolve));
}
