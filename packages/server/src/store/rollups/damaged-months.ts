import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { HOUR_MS } from './buckets.ts';

/** A part of the rollups that was set aside because it could not be read. */
export interface DamagedPart {
  readonly name: string;
  /** Whether rows of the hour with this end were in the part's month. */
  readonly holds: (hour: Millis) => boolean;
}

/** The parts of the rollups that were set aside, by us or by ClickHouse when it started. */
export async function damagedParts(client: ClickHouseClient): Promise<DamagedPart[]> {
  const answer = await client.query({
    query: `SELECT name, extract(name, '([0-9]{6})_[0-9]+_[0-9]+') FROM system.detached_parts
      WHERE database = 'bellwether' AND table = 'rollups' AND (reason = '' OR startsWith(reason, 'broken'))`,
    format: 'JSONCompactEachRow',
  });
  return (await answer.json<[string, string]>()).map(([name, month]) => ({
    name,
    holds: (hour) => monthOf(hour) === month || monthOf(hour - HOUR_MS) === month,
  }));
}

/** Like `202611`, as ClickHouse names a month. */
function monthOf(time: Millis): string {
  return new Date(time).toISOString().slice(0, 7).replace('-', '');
}
