import type { ClickHouseClient } from '@clickhouse/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { History } from '../metrics/history.ts';
import { MetricStore } from '../metrics/metric-store.ts';
import { SampleBatch } from '../metrics/sample-batch.ts';
import { seriesId } from '../metrics/series-id.ts';
import { RolledHistory } from '../rollups/rolled-history.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const log = createLogger({ level: 'silent' });
/** Yesterday at half past ten in the evening. */
const now = Math.floor(Date.now() / DAY) * DAY - 90 * MINUTE;
const labels = { __name__: 'kept', over: 'both tables' };
const id = seriesId(labels);
const settings = { retentionMs: 300 * DAY };

describe.each(clickHouses)('samples by hours in $name ClickHouse', ({ open }) => {
  let opened: OpenedClickHouse;
  let client: ClickHouseClient;
  beforeEach(async () => {
    opened = await open();
    client = opened.client;
  });
  afterEach(() => opened.remove());

  async function rows<Row>(query: string): Promise<Row[]> {
    return (await client.query({ query, format: 'JSONCompactEachRow' })).json<Row>();
  }

  /** The tables as they were when samples lay by days. */
  async function migrateToDays(): Promise<void> {
    const define = (query: string) => client.command({ query });
    await define('CREATE DATABASE IF NOT EXISTS bellwether');
    await define(
      'CREATE TABLE bellwether.schema_version (version UInt32, applied DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
    );
    for (const { version, statements } of migrations.filter((step) => step.version <= 6)) {
      for (const statement of statements) await define(statement);
      await define(`INSERT INTO bellwether.schema_version (version) VALUES (${version})`);
    }
  }

  async function write(samples: readonly (readonly [number, number])[]): Promise<void> {
    const batch = new SampleBatch();
    for (const [time, value] of samples) batch.add(id, time, value);
    await new History(client).write({ series: [{ id, labels }], samples: [batch] });
  }

  it('are asked together with those that an older version wrote by days, each once', async () => {
    await migrateToDays();
    const before = [-3 * DAY, -2 * HOUR, -HOUR].map((ago, i) => [now + ago, i] as const);
    await client.insert({
      table: 'bellwether.series',
      values: [{ id: String(id), name: 'kept', labels: { over: 'both tables' } }],
      format: 'JSONEachRow',
    });
    await client.insert({
      table: 'bellwether.samples',
      values: before.map(([ts, value]) => ({ series: String(id), ts, value, kind: 0 })),
      format: 'JSONEachRow',
    });
    await migrate(client, settings);
    // One comes again, and one is late and of the days before.
    const after = [
      [now - DAY, 7],
      [now - HOUR, 2],
      [now, 3],
    ] as const;
    await write(after);

    const history = new History(client);
    const [series, ...others] = await history.read([], now - 4 * DAY, now);
    expect(others).toEqual([]);
    const [first, ...recent] = before;
    const all = [first!, after[0], ...recent, after[2]];
    expect([...series!.times]).toEqual(all.map(([time]) => time));
    expect([...series!.values]).toEqual(all.map(([, value]) => value));
    expect(await history.extents([], now - 4 * DAY, now)).toEqual([
      { labels, first: now - 3 * DAY, last: now },
    ]);
    // Those of before are the only ones in each of these times.
    for (const to of [now - 2 * DAY, now - 2 * HOUR])
      expect(await history.labelValues('over', [], to - DAY, to)).toEqual(['both tables']);

    const past = await RolledHistory.open(client, history, { from: 0, to: now });
    const { next } = await past.backlog({ from: 0, to: now });
    expect(next!.after).toBeLessThan(now - 3 * DAY);
    await past.rollUp({ after: now - 90 * MINUTE, upTo: now - 30 * MINUTE });
    expect(await rows('SELECT count, sum FROM bellwether.rollups FINAL WHERE count > 0')).toEqual([
      [1, 2],
    ]);
  });

  it('are read on a start where the last half hour is, however long a day was merged', async () => {
    await migrate(client, settings);
    const [SERIES, A_DAY] = [100, 24 * 240];
    const day = now - 22.5 * HOUR;
    await client.command({
      query: `INSERT INTO bellwether.series (id, name, labels)
        SELECT number, 'long', map('i', toString(number)) FROM numbers(${SERIES})`,
    });
    await client.command({
      query: `INSERT INTO bellwether.samples_by_hours (series, ts, value)
        SELECT number % ${SERIES}, fromUnixTimestamp64Milli(${day} + intDiv(number, ${SERIES}) * 15000), number
        FROM numbers(${SERIES * A_DAY})`,
    });
    await client.command({ query: 'OPTIMIZE TABLE bellwether.samples_by_hours FINAL' });
    const rowsRead = async () =>
      (
        await rows<[number]>(
          "SELECT toFloat64(value) FROM system.events WHERE event = 'SelectedRows'",
        )
      )[0]![0];
    const before = await rowsRead();
    const store = await MetricStore.open({
      history: new History(client),
      headMs: 30 * MINUTE,
      log,
      clock: () => now,
    });
    await store.filled;
    const read = (await rowsRead()) - before;
    expect(store.state.series).toBe(SERIES);
    await store.close();
    // They are counted, asked for their series, and read: three times a sixth of the day, and the labels.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual((3 * SERIES * A_DAY) / 6 + 10 * SERIES);
  });

  it('may be of any number of days at once', async () => {
    await migrate(client, settings);
    const samples = Array.from({ length: 120 }, (_, i) => [now - i * DAY, i] as const).reverse();
    await write(samples);
    const [series] = await new History(client).read([], now - 300 * DAY, now);
    expect([...series!.values]).toEqual(samples.map(([, value]) => value));
  });
});
