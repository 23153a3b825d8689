import { histogram } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { migrate } from '../schema/migrate.ts';
import { History, type ReadOptions } from './history.ts';
import { SampleBatch } from './sample-batch.ts';
import type { SampleValue } from './series.ts';
import { seriesId } from './series-id.ts';

const now = Date.now() - 60_000;
let opened: OpenedClickHouse;
let client: ClickHouseClient;
let history: History;

async function write(
  labels: Record<string, string>,
  samples: [number, number, boolean?][],
): Promise<void> {
  const id = seriesId(labels);
  await history.write({
    series: [{ id, labels }],
    samples: [
      batch(
        id,
        samples.map(([time, value, stale]) => [time, stale === true ? 'stale' : value]),
      ),
    ],
  });
}

function batch(id: bigint, samples: [number, SampleValue][]): SampleBatch {
  const rows = new SampleBatch();
  for (const [time, value] of samples) rows.add(id, time, value);
  return rows;
}

describe.each(clickHouses)('the history in $name ClickHouse', ({ open }) => {
  beforeAll(async () => {
    opened = await open();
    client = opened.client;
    await migrate(client, { retentionMs: 30 * 86_400_000 });
    history = new History(client);
  });

  afterAll(async () => {
    await opened.remove();
  });

  it('gives back labels and values to the letter and the bit', async () => {
    const labels = {
      __name__: 'odd',
      path: 'C:\\dir\\n\'quoted\' "double"',
      text: 'tab\there\nnew line, {brace} = \r ünï 🐑',
    };
    const values = [0.1 + 0.2, -0, Infinity, -Infinity, Number.NaN, 5e-324, Number.MAX_VALUE];
    await write(
      labels,
      values.map((value, i) => [now + i, value]),
    );
    const [series, ...others] = await history.read(
      [{ name: '__name__', op: '=', value: 'odd' }],
      now,
      now + 100,
    );
    expect(others).toEqual([]);
    expect(series!.labels).toEqual(labels);
    expect([...series!.times]).toEqual(values.map((_, i) => now + i));
    expect([...series!.values]).toEqual(values);
    expect(series!.stale).toBeUndefined();
  });

  it('keeps stale markers apart from NaN, and shows a sample once that was written twice', async () => {
    const labels = { __name__: 'ended' };
    await write(labels, [
      [now, 1],
      [now + 1, Number.NaN, true],
    ]);
    await write(labels, [[now, 1]]);
    const [series] = await history.read(
      [{ name: '__name__', op: '=', value: 'ended' }],
      now - 5,
      now + 5,
    );
    expect([...series!.times]).toEqual([now, now + 1]);
    expect(series!.stale).toEqual(Uint8Array.of(0b10));
  });

  it('gives back values and stale markers where they were, though nearly all are zero', async () => {
    const labels = { __name__: 'mostly_zero' };
    await write(
      labels,
      Array.from({ length: 200 }, (_, i) => [now + i, i === 150 ? 7 : 0, i === 100]),
    );
    const [series] = await history.read(
      [{ name: '__name__', op: '=', value: 'mostly_zero' }],
      now,
      now + 200,
    );
    expect(series!.values.indexOf(7)).toBe(150);
    expect(series!.values.findIndex(Number.isNaN)).toBe(100);
    expect([...series!.stale!].findIndex((byte) => byte !== 0)).toBe(100 >> 3);
    expect(series!.stale![100 >> 3]).toBe(1 << (100 & 7));
  });

  it('gives back native histograms, infinite and odd sums too', async () => {
    const labels = { __name__: 'native' };
    const id = seriesId(labels);
    const one = histogram({
      schema: 3,
      count: 5,
      sum: Number.NaN,
      positive: { indices: [-3, 7], counts: [2, 3] },
    });
    const samples = [
      batch(id, [
        [now, one],
        [now + 1, 4],
      ]),
    ];
    await history.write({ series: [{ id, labels }], samples });
    const [series] = await history.read(
      [{ name: '__name__', op: '=', value: 'native' }],
      now,
      now + 5,
    );
    expect(series!.histograms).toEqual([one, undefined]);
    expect(series!.values[1]).toBe(4);
  });

  it('takes matchers as PromQL does: anchored, dot matches newline, a missing label is empty', async () => {
    await write({ __name__: 'm', a: 'x\ny' }, [[now, 1]]);
    await write({ __name__: 'm', a: 'xy', b: 'set' }, [[now, 2]]);
    const found = async (
      name: string,
      op: '=' | '!=' | '=~' | '!~',
      value: string,
    ): Promise<number[]> => {
      const series = await history.read(
        [
          { name: '__name__', op: '=', value: 'm' },
          { name, op, value },
        ],
        now,
        now,
      );
      return series.map(({ values }) => values[0]!).sort();
    };
    expect(await found('a', '=~', 'x.y')).toEqual([1]);
    expect(await found('a', '=~', 'x')).toEqual([]);
    expect(await found('a', '=~', 'x|xy')).toEqual([2]);
    expect(await found('b', '=', '')).toEqual([1]);
    expect(await found('b', '!~', '.+')).toEqual([1]);
    expect(await found("nobody's", '!=', 'x')).toEqual([1, 2]);
  });

  it('reads all there is, the same in one slice and in many', async () => {
    const ids = Array.from({ length: 300 }, (_, i) => seriesId({ __name__: 'many', i: String(i) }));
    await history.write({
      series: ids.map((id, i) => ({ id, labels: { __name__: 'many', i: String(i) } })),
      // A third of them has no samples.
      samples: ids.flatMap((id, i) => (i % 3 === 0 ? [] : [batch(id, [[now + i, i]])])),
    });
    const all = async (sliceSamples?: number) => {
      const found: Record<string, number[]> = {};
      for await (const { id, labels, times } of history.readAll(now, now + 1000, sliceSamples)) {
        expect(id).toBe(seriesId(labels));
        found[JSON.stringify(labels)] = [...times];
      }
      return found;
    };
    const whole = await all();
    expect(Object.keys(whole).filter((labels) => labels.includes('"many"'))).toHaveLength(200);
    expect(await all(20)).toEqual(whole);
  });

  it('reads many samples in slices, the same as if whole, and none where there are too many', async () => {
    const matchers = [{ name: '__name__', op: '=' as const, value: 'numerous' }];
    const [series, each] = [40, 5];
    const ids = Array.from({ length: series }, (_, i) =>
      seriesId({ __name__: 'numerous', i: String(i) }),
    );
    await history.write({
      series: ids.map((id, i) => ({ id, labels: { __name__: 'numerous', i: String(i) } })),
      samples: ids.map((id, i) =>
        batch(
          id,
          Array.from({ length: each }, (_, k): [number, number] => [now + k * 250, i + k / 10]),
        ),
      ),
    });
    const read = async (options?: ReadOptions) =>
      (await history.read(matchers, now, now + 1000, options))
        .map(({ labels, times, values }) => JSON.stringify([labels, [...times], [...values]]))
        .sort();
    const whole = await read();
    expect(whole).toHaveLength(series);
    expect(whole.every((one) => JSON.parse(one)[1].length === each)).toBe(true);
    expect(await read({ wholeSamples: 10, sliceSamples: 7 })).toEqual(whole);
    expect(await read({ maxSamples: series * each })).toEqual(whole);
    await expect(read({ maxSamples: series * each - 1, wholeSamples: 10 })).rejects.toMatchObject({
      code: 'too_many_samples',
    });
  });

  it('says when series have samples', async () => {
    const labels = { __name__: 'extent' };
    await write(labels, [
      [now, 1],
      [now + 10, 2],
      [now + 30, 3],
    ]);
    const extents = (from: number, to: number) =>
      history.extents([{ name: '__name__', op: '=', value: 'extent' }], now + from, now + to);
    expect(await extents(0, 100)).toEqual([{ labels, first: now, last: now + 30 }]);
    expect(await extents(1, 29)).toEqual([{ labels, first: now + 10, last: now + 10 }]);
    expect(await extents(11, 29)).toEqual([]);
  });
});
