import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { openEmbeddedClickHouse } from '../store/clickhouse.ts';
import { openRemoteClickHouse } from '../store/remote-clickhouse.ts';
import { ClickHouseFront } from './clickhouse-front.ts';

/** An empty ClickHouse of a test's own. */
export interface OpenedClickHouse {
  readonly client: ClickHouseClient;
  /** Closes it; nothing is left of its data. */
  remove(): Promise<void>;
}

/** The ways to have a ClickHouse. What is true of the store is true over each: `describe.each(clickHouses)`. */
export const clickHouses: readonly {
  readonly name: string;
  readonly open: () => Promise<OpenedClickHouse>;
}[] = [
  {
    name: 'the embedded',
    async open() {
      const folder = await mkdtemp(join(tmpdir(), 'bellwether-embedded-'));
      const client = await openEmbeddedClickHouse(folder);
      return {
        client,
        async remove() {
          await client.close();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  },
  {
    name: 'a remote',
    async open() {
      const front = await ClickHouseFront.started();
      const client = await openRemoteClickHouse(front.config, '.');
      return {
        client,
        async remove() {
          await client.close();
          await front.remove();
        },
      };
    },
  },
];
