import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { configFrom } from '../config/load.ts';
import { openStorage } from './open-storage.ts';

it('leaves merging for later while the store is opened, and takes it up again, however that ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-opening-'));
  const { config, directory } = configFrom({ storage: { path: folder } });
  const open = <T>(make: (client: ClickHouseClient) => Promise<T>) =>
    openStorage(config.storage, directory, {}, make);
  const merge = (client: ClickHouseClient) =>
    client.command({ query: 'OPTIMIZE TABLE bellwether.samples_by_hours FINAL' });
  try {
    const opening = await open(async (client) => {
      for (const value of [1, 2])
        await client.insert({
          table: 'bellwether.samples_by_hours',
          values: [{ series: '1', ts: Date.now(), value, kind: 0, histogram: '' }],
          format: 'JSONEachRow',
        });
      return merge(client).then(
        () => 'merged',
        (error: Error) => error.message,
      );
    });
    expect(opening.made).toMatch(/cancelled/i);
    await merge(opening.client);
    await opening.client.close();
    await expect(open(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const again = await open(async () => undefined);
    await merge(again.client);
    await again.client.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
