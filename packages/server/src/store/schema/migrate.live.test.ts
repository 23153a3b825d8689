import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

const DAY = 86_400_000;

describe.each(clickHouses)('the migrations in $name ClickHouse', ({ open }) => {
  let opened: OpenedClickHouse;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  async function rows<T>(query: string): Promise<T[]> {
    return (await opened.client.query({ query, format: 'JSONEachRow' })).json<T>();
  }

  it('are each run once, however often the server starts', async () => {
    for (let i = 0; i < 3; i++) await migrate(opened.client, { retentionMs: 30 * DAY });
    const versions = await rows<{ version: number }>(
      'SELECT version FROM bellwether.schema_version ORDER BY version',
    );
    expect(versions.map(({ version }) => version)).toEqual(
      migrations.map(({ version }) => version),
    );
  });

  it('rewrite a table for its retention only when that has changed', async () => {
    const settings = {
      retentionMs: 7 * DAY,
      eventRetentionMs: 90 * DAY,
      rollupRetentionMs: 400 * DAY,
    };
    const definitions = () =>
      rows<{ name: string; days: string; changed: string }>(
        `SELECT name, extract(engine_full, 'toIntervalDay\\\\((\\\\d+)\\\\)') AS days, toString(metadata_modification_time) AS changed
         FROM system.tables WHERE database = 'bellwether' AND days != '' ORDER BY name`,
      );
    await migrate(opened.client, settings);
    const before = await definitions();
    expect(before.map(({ name, days }) => [name, days])).toEqual([
      ['exemplars', '7'],
      ['feedback_events', '90'],
      ['prediction_events', '90'],
      ['rollup_hours', '400'],
      ['rollups', '400'],
      ['samples', '7'],
      ['samples_by_hours', '7'],
      ['series', '402'],
      ['series_copy', '402'],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await migrate(opened.client, settings);
    expect(await definitions()).toEqual(before);
  });
});
