import type { ClickHouseClient } from '@clickhouse/client';
import { migrations } from './migrations.ts';
import { onCluster } from './on-cluster.ts';
import { REMEMBER_SERIES_MS } from './remember-series.ts';

export interface MigrateSettings {
  readonly retentionMs: number;
  /** Default: as long as samples. */
  readonly eventRetentionMs?: number;
  /** Never shorter than samples. Default: as long as samples. */
  readonly rollupRetentionMs?: number;
  /** Set: tables are made on every node of this cluster, replicated. */
  readonly cluster?: string | undefined;
  /**
   * Set: tables open however much of them is damaged, and what is broken is set aside. ClickHouse otherwise refuses to
   * start with a broken part of a gigabyte or a hundred broken parts.
   */
  readonly openDamaged?: boolean;
  /** Awaited before the first change of a definition, if there is one. */
  readonly beforeChange?: () => Promise<void>;
}

/** Brings the tables to the newest version. Only steps that were not yet taken run, in order. */
export async function migrate(client: ClickHouseClient, settings: MigrateSettings): Promise<void> {
  const { retentionMs, eventRetentionMs = retentionMs, cluster, openDamaged = false } = settings;
  const rollups = Math.max(retentionMs, settings.rollupRetentionMs ?? 0);
  const define = async (statement: string): Promise<void> => {
    await client.command({
      query: cluster === undefined ? statement : onCluster(statement, cluster),
    });
  };
  let changed = false;
  const change = async (statement: string): Promise<void> => {
    if (!changed) await settings.beforeChange?.();
    changed = true;
    await define(statement);
  };
  await define('CREATE DATABASE IF NOT EXISTS bellwether');
  await define(
    'CREATE TABLE IF NOT EXISTS bellwether.schema_version (version UInt32, applied DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
  );
  const answer = await client.query({
    query: 'SELECT version FROM bellwether.schema_version',
    format: 'JSONEachRow',
  });
  const taken = new Set((await answer.json<{ version: number }>()).map(({ version }) => version));
  for (const { version, statements } of migrations) {
    if (taken.has(version)) continue;
    for (const statement of statements) await change(statement);
    await client.insert({
      table: 'bellwether.schema_version',
      values: [{ version }],
      format: 'JSONEachRow',
    });
  }
  const changes = [
    ...(openDamaged ? await damageChanges(client) : []),
    ...(await ttlChanges(client, retentionMs, 'ts', ['samples', 'samples_by_hours', 'exemplars'])),
    ...(await ttlChanges(client, eventRetentionMs, 'time', [
      'prediction_events',
      'feedback_events',
    ])),
    ...(await ttlChanges(client, rollups, 'bucket', ['rollups'])),
    ...(await ttlChanges(client, rollups, 'hour', ['rollup_hours'])),
    ...(await ttlChanges(client, rollups + 2 * REMEMBER_SERIES_MS, 'seen', [
      'series',
      'series_copy',
    ])),
  ];
  for (const statement of changes) await change(statement);
}

/**
 * What makes tables keep their rows for a time. A TTL that stands already is left alone: setting it again rewrites the
 * table's definition, and with it all rows.
 */
async function ttlChanges(
  client: ClickHouseClient,
  retentionMs: number,
  column: string,
  tables: readonly string[],
): Promise<string[]> {
  const days = Math.max(1, Math.ceil(retentionMs / 86_400_000));
  const answer = await client.query({
    query: `SELECT name FROM system.tables WHERE database = 'bellwether'
      AND position(engine_full, {ttl:String}) > 0`,
    query_params: { ttl: `TTL toDateTime(${column}) + toIntervalDay(${days}) ` },
    format: 'JSONEachRow',
  });
  const standing = (await answer.json<{ name: string }>()).map(({ name }) => name);
  return tables
    .filter((table) => !standing.includes(table))
    .map(
      (table) =>
        `ALTER TABLE bellwether.${table} MODIFY TTL toDateTime(${column}) + INTERVAL ${days} DAY DELETE`,
    );
}

/** What makes tables open however much of them is damaged; nothing for those that do already. */
async function damageChanges(client: ClickHouseClient): Promise<string[]> {
  const answer = await client.query({
    query: `SELECT name FROM system.tables WHERE database = 'bellwether' AND endsWith(engine, 'MergeTree')
      AND position(engine_full, 'max_suspicious_broken_parts_bytes') = 0`,
    format: 'JSONEachRow',
  });
  return (await answer.json<{ name: string }>()).map(
    ({ name }) =>
      `ALTER TABLE bellwether.${name} MODIFY SETTING max_suspicious_broken_parts = 1000000000, max_suspicious_broken_parts_bytes = 1000000000000000`,
  );
}
