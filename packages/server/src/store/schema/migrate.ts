import type { ClickHouseClient } from '@clickhouse/client';
import { migrations } from './migrations.ts';

/** Brings the tables to the newest version. Only steps that were not yet taken run, in order. */
export async function migrate(
  client: ClickHouseClient,
  settings: { retentionMs: number; eventRetentionMs?: number },
): Promise<void> {
  await client.command({
    query:
      'CREATE TABLE IF NOT EXISTS bellwether.schema_version (version UInt32, applied DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
  });
  const answer = await client.query({
    query: 'SELECT max(version) AS version FROM bellwether.schema_version',
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ version: number }>();
  for (const { version, statements } of migrations) {
    if (version <= (row?.version ?? 0)) continue;
    for (const query of statements) await client.command({ query });
    await client.insert({
      table: 'bellwether.schema_version',
      values: [{ version }],
      format: 'JSONEachRow',
    });
  }
  const { retentionMs, eventRetentionMs = retentionMs } = settings;
  await keepFor(client, retentionMs, 'ts', ['samples', 'exemplars']);
  await keepFor(client, eventRetentionMs, 'time', ['prediction_events', 'feedback_events']);
}

async function keepFor(
  client: ClickHouseClient,
  retentionMs: number,
  column: string,
  tables: readonly string[],
): Promise<void> {
  const days = Math.max(1, Math.ceil(retentionMs / 86_400_000));
  for (const table of tables)
    await client.command({
      query: `ALTER TABLE bellwether.${table} MODIFY TTL toDateTime(${column}) + INTERVAL ${days} DAY DELETE`,
    });
}
