import type { ClickHouseClient } from '@clickhouse/client';
import { migrations } from './migrations.ts';

/** Brings the tables to the newest version. Only steps that were not yet taken run, in order. */
export async function migrate(
  client: ClickHouseClient,
  settings: { retentionMs: number },
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
  const days = Math.max(1, Math.ceil(settings.retentionMs / 86_400_000));
  for (const table of ['samples', 'exemplars'])
    await client.command({
      query: `ALTER TABLE bellwether.${table} MODIFY TTL toDateTime(ts) + INTERVAL ${days} DAY DELETE`,
    });
}
