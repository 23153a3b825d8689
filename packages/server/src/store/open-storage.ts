import type { ClickHouseClient } from '@clickhouse/client';
import { resolveFrom } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import { BellwetherError } from '../errors.ts';
import { type EmbeddedOptions, openEmbeddedClickHouse } from './clickhouse.ts';
import { openRemoteClickHouse } from './remote-clickhouse.ts';
import { migrate } from './schema/migrate.ts';
import { forgetDefinitions, keepDefinitions } from './trouble/definitions.ts';
import {
  explainRefusal,
  refusalOf,
  type StorePlace,
  StoreUnavailableError,
} from './trouble/refusal.ts';

/** What a configuration names, with its tables at the newest version, and what was made of it. */
export interface OpenedStorage<T> {
  readonly client: ClickHouseClient;
  readonly made: T;
}

/**
 * Has ClickHouse leave merging parts for later while something is made of what it stores: whoever waits for a start waits
 * for reading alone, and what was being merged when the process ended is merged a few seconds later.
 */
async function withoutMerges<T>(
  client: ClickHouseClient,
  make: (client: ClickHouseClient) => Promise<T>,
): Promise<T> {
  await client.command({ query: 'SYSTEM STOP MERGES' });
  try {
    return await make(client);
  } finally {
    await client.command({ query: 'SYSTEM START MERGES' });
  }
}

/** Where a configuration keeps what is stored. */
export function placeOf(storage: Config['storage'], directory: string): StorePlace {
  const { clickhouse, path } = storage;
  return clickhouse === undefined
    ? { kind: 'embedded', folder: resolveFrom(directory, path) }
    : { kind: 'remote', url: clickhouse.url, username: clickhouse.username };
}

/**
 * Opens the ClickHouse that a configuration names, brings its tables to the newest version and hands it to `make`. Where
 * any of it fails nothing stays open.
 * @throws StoreUnavailableError it may be tried again; BellwetherError where somebody has to do something first
 */
export async function openStorage<T>(
  storage: Config['storage'],
  directory: string,
  embedded: EmbeddedOptions,
  make: (client: ClickHouseClient) => Promise<T>,
): Promise<OpenedStorage<T>> {
  const { clickhouse, path } = storage;
  const folder = clickhouse === undefined ? resolveFrom(directory, path) : undefined;
  const client =
    clickhouse === undefined
      ? await openEmbeddedClickHouse(resolveFrom(directory, path), embedded)
      : await openRemoteClickHouse(clickhouse, directory);
  try {
    await migrate(client, {
      retentionMs: storage.retention,
      eventRetentionMs: storage.retention_events,
      rollupRetentionMs: storage.retention_rollups,
      cluster: clickhouse?.cluster,
      openDamaged: folder !== undefined,
      ...(folder === undefined ? {} : { beforeChange: () => forgetDefinitions(folder) }),
    });
    if (folder !== undefined) await keepDefinitions(folder);
    const made = await (clickhouse === undefined ? withoutMerges(client, make) : make(client));
    return { client, made };
  } catch (error) {
    await client.close();
    const place = placeOf(storage, directory);
    if (error instanceof BellwetherError) throw error;
    if (place.kind === 'embedded' && refusalOf(error) !== 'disk-full') throw error;
    throw new StoreUnavailableError(explainRefusal(error, place), { cause: error });
  }
}
