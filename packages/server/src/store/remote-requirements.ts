import type { ClickHouseConfig } from '../config/clickhouse-schema.ts';
import { BellwetherError } from '../errors.ts';

/** The oldest ClickHouse whose SQL has all that ours uses; releases before it are no longer maintained either. */
const OLDEST_VERSION = [24, 3] as const;

/** What a ClickHouse says of itself. */
export interface RemoteFacts {
  /** Like `26.7.2.1`. */
  readonly version: string;
  /** The shard of each node of the cluster that is asked for. */
  readonly shards: readonly number[];
  /** The clusters it knows. */
  readonly clusters: readonly string[];
}

/** Why a ClickHouse cannot serve us; null where it can. */
export function unsuitable(
  { url, cluster }: Pick<ClickHouseConfig, 'url' | 'cluster'>,
  { version, shards, clusters }: RemoteFacts,
): BellwetherError | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_VERSION;
  if (!(major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)))
    return new BellwetherError(
      'BW_CLICKHOUSE_UNSUITABLE',
      `ClickHouse at ${url} is version ${version}; ${oldestMajor}.${oldestMinor} is the oldest that will do`,
      'Upgrade that server, or leave storage.clickhouse away to use the ClickHouse inside this process.',
    );
  if (cluster === undefined) return null;
  if (shards.length === 0)
    return new BellwetherError(
      'BW_CLICKHOUSE_UNSUITABLE',
      `ClickHouse at ${url} knows no cluster "${cluster}"; it knows ${clusters.join(', ') || 'none'}`,
      'Correct storage.clickhouse.cluster, or leave it away for a single server.',
    );
  const shardCount = new Set(shards).size;
  if (shardCount > 1)
    return new BellwetherError(
      'BW_CLICKHOUSE_UNSUITABLE',
      `the cluster "${cluster}" has ${shardCount} shards; every node must hold all data`,
      'Name a cluster of one shard with as many replicas as you like (storage.clickhouse.cluster).',
    );
  return null;
}
