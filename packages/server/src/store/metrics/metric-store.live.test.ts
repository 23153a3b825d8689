import { histogram } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { migrate } from '../schema/migrate.ts';
import { History } from './history.ts';
import { MetricStore } from './metric-store.ts';
import { StoreBusyError } from './sink.ts';

const HOUR = 3_600_000;
const start = Math.floor(Date.now() / 1000) * 1000;
const log = createLogger({ level: 'silent' });
let opened: OpenedClickHouse;
let client: ClickHouseClient;
let now = start;

function openStore(): Promise<MetricStore> {
  return MetricStore.open({ history: new History(client), headMs: HOUR, log, clock: () => now });
}

async function samplesOf(store: MetricStore, name: string): Promise<[number, number][]> {
  const series = await store.select([{ name: '__name__', op: '=', value: name }], {
    from: start - 24 * HOUR,
    to: start + 24 * HOUR,
  });
  expect(series.length).toBeLessThanOrEqual(1);
  return series.flatMap(({ times, values }) =>
    Array.from(times, (time, i): [number, number] => [time - start, values[i]!]),
  );
}

const sample = (offset: number, value: number) => ({ time: start + offset, value });

describe.each(clickHouses)('the metric store over $name ClickHouse', ({ open }) => {
  beforeAll(async () => {
    opened = await open();
    client = opened.client;
    await migrate(client, { retentionMs: 30 * 24 * HOUR });
  });

  afterAll(async () => {
    await opened.remove();
  });

  it('answers without seam and without double counting as the head moves on and after a restart', async () => {
    let store = await openStore();
    const labels = { __name__: 'seam' };
    const expected: [number, number][] = [];
    for (let i = 0; i < 200; i++) {
      now = start + i * 60_000;
      await store.write([{ labels, samples: [sample(i * 60_000, i)] }]);
      expected.push([i * 60_000, i]);
      if (i % 37 === 0) await store.truncate();
      if (i % 61 === 0) {
        await store.close();
        store = await openStore();
      }
    }
    await store.truncate();
    expect(await samplesOf(store, 'seam')).toEqual(expected);
    const matchers = [{ name: '__name__', op: '=' as const, value: 'seam' }];
    const range = (from: number, to: number) => ({ from: start + from, to: start + to });
    const extents = (from: number, to: number) => store.lookups.extents(matchers, range(from, to));
    const last = 199 * 60_000;
    const day = [-HOUR, 24 * HOUR] as const;
    expect(await extents(...day)).toEqual([{ labels, first: start, last: start + last }]);
    expect(await extents(90_000, 150_000)).toEqual([
      { labels, first: start + 120_000, last: start + 120_000 },
    ]);
    expect(await extents(last - 1, last)).toHaveLength(1);
    expect(await extents(last + 1, last + HOUR)).toEqual([]);
    // In the history alone, in both, and in the head alone; with matchers and without.
    for (const [from, to] of [[0, 1000], day, [last - 1, last]] as const)
      for (const match of [matchers, []]) {
        const at = range(from, to);
        expect(await store.lookups.labelNames(match, at)).toEqual(new Set(['__name__']));
        const names = await store.lookups.labelValues('__name__', match, at);
        expect(names).toEqual(new Set(['seam']));
        expect(await store.lookups.labelValues('other', match, at)).toEqual(new Set());
      }
    expect(await store.lookups.labelNames(matchers, range(last + 1, last + HOUR))).toEqual(
      new Set(),
    );
    const all = { from: start, to: start + last };
    const upTo = (maxSamples: number) =>
      store.select(matchers, all, { step: 0, range: 0, maxSamples });
    expect(await upTo(200)).toHaveLength(1);
    await expect(upTo(20)).rejects.toMatchObject({ code: 'too_many_samples' });
    await store.close();
    now = start;
  });

  it('takes late samples within the window, refuses later ones, and counts a repeated one once', async () => {
    const store = await openStore();
    const labels = { __name__: 'late' };
    await store.write([{ labels, samples: [sample(0, 1)] }]);
    const outcome = await store.write([
      {
        labels,
        samples: [
          sample(-10_000, 2),
          sample(-10_000, 2),
          sample(0, 1),
          sample(0, 7),
          sample(-40 * 60_000, 3),
        ],
      },
    ]);
    expect(outcome.samples).toBe(3);
    expect(outcome.rejected.map(({ sample: { time }, reason }) => [time - start, reason])).toEqual([
      [0, 'duplicate-with-another-value'],
      [-40 * 60_000, 'out-of-order'],
    ]);
    expect(await samplesOf(store, 'late')).toEqual([
      [-10_000, 2],
      [0, 1],
    ]);
    await store.close();
    const again = await openStore();
    expect(await samplesOf(again, 'late')).toEqual([
      [-10_000, 2],
      [0, 1],
    ]);
    await again.close();
  });

  it('acknowledges only what ClickHouse has', async () => {
    const store = await openStore();
    const writes = Array.from({ length: 50 }, (_, i) =>
      store
        .write([{ labels: { __name__: 'acknowledged', i: String(i) }, samples: [sample(0, i)] }])
        .then(async () => {
          const rows = await client.query({
            query: `SELECT count() AS n FROM bellwether.all_samples WHERE series IN
            (SELECT id FROM bellwether.series WHERE name = 'acknowledged' AND labels['i'] = {i:String})`,
            query_params: { i: String(i) },
            format: 'JSONEachRow',
          });
          return Number((await rows.json<{ n: string }>())[0]!.n);
        }),
    );
    expect(await Promise.all(writes)).toEqual(new Array(50).fill(1));
    await store.close();
  });

  it('answers the same while the head still reads its past, and asks senders of old samples to come again', async () => {
    const labels = { __name__: 'filling' };
    const first = await openStore();
    await first.filled;
    for (const minutes of [-50, -40, -20, -1])
      await first.write([{ labels, samples: [sample(minutes * 60_000, minutes)] }]);
    await first.close();
    let fill: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (fill = resolve));
    class SlowHistory extends History {
      #asked = 0;
      override async *readAll(from: number, to: number) {
        if (this.#asked++ > 0) await gate;
        yield* super.readAll(from, to);
      }
    }
    const store = await MetricStore.open({
      history: new SlowHistory(client),
      headMs: HOUR,
      log,
      clock: () => now,
    });
    const expected = [-50, -40, -20, -1].map((minutes) => [minutes * 60_000, minutes]);
    expect(await samplesOf(store, 'filling')).toEqual(expected);
    const late = { labels: { __name__: 'backlog' }, samples: [sample(-45 * 60_000, 1)] };
    await expect(store.write([late])).rejects.toThrow(StoreBusyError);
    expect((await store.write([{ labels, samples: [sample(0, 0)] }])).samples).toBe(1);
    fill();
    await store.filled;
    expect(await samplesOf(store, 'filling')).toEqual([...expected, [0, 0]]);
    expect((await store.write([late])).rejected).toEqual([]);
    await store.close();
  });

  it('writes the labels of its series again, so that they outlive their samples', async () => {
    const seen = async () => {
      const answer = await client.query({
        query: `SELECT toUnixTimestamp(seen) FROM bellwether.series FINAL WHERE name = 'remembered'`,
        format: 'JSONCompactEachRow',
      });
      return (await answer.json<[number]>()).map(([at]) => at);
    };
    const store = await openStore();
    await store.write([{ labels: { __name__: 'remembered' }, samples: [sample(0, 1)] }]);
    const [first] = await seen();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await store.remember();
    await store.flush();
    const [second, ...others] = await seen();
    expect(others).toEqual([]);
    expect(second).toBeGreaterThan(first!);
    await store.close();
  });

  it('keeps native histograms over a restart', async () => {
    const one = histogram({
      schema: 2,
      count: 3,
      sum: 4.5,
      positive: { indices: [0, 2], counts: [1, 2] },
    });
    const store = await openStore();
    await store.write([
      {
        labels: { __name__: 'native' },
        samples: [{ time: start, value: Number.NaN, histogram: one }],
      },
    ]);
    await store.close();
    const again = await openStore();
    const [series] = await again.select([{ name: '__name__', op: '=', value: 'native' }], {
      from: start,
      to: start,
    });
    expect(series!.histograms).toEqual([one]);
    await again.close();
  });
});
