import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { BellwetherProcess } from '../../testing/bellwether-process.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { openEmbeddedClickHouse } from '../clickhouse.ts';
import { migrate } from '../schema/migrate.ts';
import { History } from './history.ts';
import { MetricStore } from './metric-store.ts';
import { SampleBatch } from './sample-batch.ts';
import { seriesId } from './series-id.ts';

const HOUR = 3_600_000;
const start = Math.floor(Date.now() / 1000) * 1000;
const log = createLogger({ level: 'silent' });
const sample = (offset: number, value: number) => ({ time: start + offset, value });

describe('a store with a limit of series', () => {
  let opened: OpenedClickHouse;
  let now = start;
  beforeAll(async () => {
    opened = await clickHouses[0]!.open();
    await migrate(opened.client, { retentionMs: 30 * 24 * HOUR });
  });
  afterAll(() => opened.remove());

  const openStore = (total: number): Promise<MetricStore> =>
    MetricStore.open({
      history: new History(opened.client),
      headMs: HOUR,
      limits: { total, perJob: 0 },
      log,
      clock: () => now,
    });

  it('refuses new ones beyond it with a sentence, and goes on with those it has', async () => {
    const store = await openStore(1);
    const first = { labels: { __name__: 'limited', n: '1' }, samples: [sample(0, 1)] };
    expect((await store.write([first])).rejected).toEqual([]);
    const { samples, rejected } = await store.write([
      { ...first, samples: [sample(1000, 2)] },
      { labels: { __name__: 'limited', n: '2' }, samples: [sample(1000, 2), sample(2000, 2)] },
    ]);
    expect(samples).toBe(1);
    expect(rejected.map(({ reason, detail }) => [reason, detail])).toEqual(
      Array(2).fill([
        'too-many-series',
        'no new series are taken: 1 are in memory and storage.max_series allows 1; drop labels that take many values, or raise it',
      ]),
    );
    expect(store.state.refusedSeries).toEqual({ max_series: 1, max_series_per_job: 0, memory: 0 });
    await store.close();
  });

  it('starts though not all of before have room, answers for them, and takes what comes late', async () => {
    const labels = (n: number) => ({ __name__: 'before', n: String(n) });
    const before = await openStore(0);
    await before.write(
      Array.from({ length: 50 }, (_, n) => ({ labels: labels(n), samples: [sample(-60_000, n)] })),
    );
    await before.close();

    let store = await openStore(20);
    await store.filled;
    expect(store.state.series).toBe(0);
    const select = () =>
      store.select([{ name: '__name__', op: '=', value: 'before' }], {
        from: start - HOUR,
        to: start + HOUR,
      });
    const valuesOf = async (n: string) =>
      (await select()).flatMap((one) => (one.labels['n'] === n ? [...one.values] : []));
    expect(await select()).toHaveLength(50);
    const late = await store.write([{ labels: labels(7), samples: [sample(-30_000, 70)] }]);
    expect(late).toEqual({ samples: 1, histograms: 0, rejected: [] });
    now = start + 1000;
    await store.write([{ labels: labels(7), samples: [sample(1000, 71)] }]);
    expect(await valuesOf('7')).toEqual([7, 70, 71]);
    await store.close();

    store = await openStore(0);
    await store.filled;
    expect(await valuesOf('7')).toEqual([7, 70, 71]);
    await store.close();
  });
});

describe('a process whose folder has more series than its memory can hold', () => {
  const SERIES = 240_000;
  let folder: string;
  let server: BellwetherProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellwether-many-'));
    server = await BellwetherProcess.create(`storage: { path: '${folder}' }\n`);
    const client = await openEmbeddedClickHouse(folder, { log });
    await migrate(client, { retentionMs: 30 * 24 * HOUR, openDamaged: true });
    const history = new History(client);
    for (let from = 0; from < SERIES; from += 40_000) {
      const rows = new SampleBatch();
      const series = Array.from({ length: 40_000 }, (_, i) => {
        const labels = { __name__: 'many', n: String(from + i), path: `/a/user/${from + i}` };
        const id = seriesId(labels);
        rows.add(id, start - 60_000, from + i);
        return { id, labels };
      });
      await history.write({ series, samples: [rows] });
    }
    await client.close();
  });
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('starts and answers, and says what it did without', async () => {
    server.launch({ NODE_OPTIONS: '--max-old-space-size=150' });
    await server.untilReady();
    const query = { query: 'many{n="777"}[1h]' };
    const { result } = await server.api.get<{ result: { values: [number, string][] }[] }>(
      'query',
      query,
    );
    expect(result.map(({ values }) => values)).toEqual([[[start / 1000 - 60, '777']]]);
    expect(server.output).toContain('there is no room in memory for the series of before');
    expect(await server.metric('bellwether_store_refused_series_total{reason="memory"}')).toBe(0);
  });
});
