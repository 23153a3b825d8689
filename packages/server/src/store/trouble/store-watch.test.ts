import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { eventually } from '../../testing/processes.ts';
import { StoreWatch } from './store-watch.ts';

it('notices that ClickHouse takes questions and answers none', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(
    0,
    '127.0.0.1',
  );
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    request_timeout: 3000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const watch = new StoreWatch(client, { answerWithinMs: 50 });
  expect(watch.state.error).toBeNull();
  const look = watch.look();
  const error = await eventually('it to be noticed', async () => watch.state.error ?? undefined);
  expect(String(error)).toMatch(/no answer for \d+ s/);
  await client.close();
  await look;
  expect(watch.state.error).not.toBeNull();
  silent.close();
});
