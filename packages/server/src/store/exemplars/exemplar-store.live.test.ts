import type { Matcher } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { migrate } from '../schema/migrate.ts';
import type { Exemplar } from './exemplar.ts';
import { ExemplarStore } from './exemplar-store.ts';

const DAY = 86_400_000;
const now = 1_790_000_000_000;
const log = createLogger({ level: 'silent' });
let opened: OpenedClickHouse;
let client: ClickHouseClient;
let store: ExemplarStore;

const named = (name: string): Matcher => ({ name: '__name__', op: '=', value: name });
const all = { from: now - 30 * DAY, to: now + DAY };

function exemplar(name: string, at: Partial<Exemplar> = {}): Exemplar {
  return {
    series: { __name__: name, path: '/a' },
    labels: { trace_id: 'abc' },
    value: 0.5,
    time: now,
    ...at,
  };
}

describe.each(clickHouses)('exemplars in $name ClickHouse', ({ open }) => {
  beforeAll(async () => {
    opened = await open();
    client = opened.client;
    await migrate(client, { retentionMs: 30 * DAY });
    // TTLs look at the machine's clock, not at ours.
    await client.command({ query: 'ALTER TABLE bellwether.exemplars REMOVE TTL' });
    store = new ExemplarStore({ client, retentionMs: 30 * DAY, log, clock: () => now });
  });

  afterAll(async () => {
    await store.close();
    await opened.remove();
  });

  it('come back for the series, the range and the order that were asked for', async () => {
    const b = { __name__: 'asked', path: '/b' };
    const written = await store.write([
      exemplar('asked', { time: now - 1000, labels: { trace_id: '2' } }),
      exemplar('asked', { time: now - 2000, labels: { trace_id: '1' } }),
      exemplar('asked', { time: now - 5000, labels: { trace_id: '0' } }),
      exemplar('asked', { series: b, value: Infinity }),
      exemplar('another'),
    ]);
    expect(written).toBe(5);
    const range = { from: now - 2000, to: now };
    expect(await store.select([[named('asked')]], range)).toEqual({
      truncated: false,
      series: [
        {
          series: { __name__: 'asked', path: '/a' },
          exemplars: [
            { labels: { trace_id: '1' }, value: 0.5, time: now - 2000 },
            { labels: { trace_id: '2' }, value: 0.5, time: now - 1000 },
          ],
        },
        { series: b, exemplars: [{ labels: { trace_id: 'abc' }, value: Infinity, time: now }] },
      ],
    });
    const byPath: Matcher = { name: 'path', op: '=~', value: '/[b-z]' };
    const several = await store.select([[named('another')], [byPath]], range);
    expect(several.series.map(({ series }) => series)).toEqual([
      { __name__: 'another', path: '/a' },
      b,
    ]);
    const absent: Matcher = { name: 'path', op: '=', value: '' };
    expect((await store.select([[absent]], range)).series).toEqual([]);
  });

  it('are kept once, however often they come', async () => {
    const one = exemplar('twice');
    await Promise.all([store.write([one, one]), store.write([one])]);
    await store.write([one]);
    const { series } = await store.select([[named('twice')]], all);
    expect(series).toMatchObject([{ exemplars: [{ value: 0.5, time: now }] }]);
  });

  it('of the far past, of the future and with too many characters are not taken', async () => {
    expect(
      await store.write([
        exemplar('odd', { time: now - 31 * DAY }),
        exemplar('odd', { time: now + DAY }),
        exemplar('odd', { time: Number.NaN }),
        exemplar('odd', { labels: { trace_id: 'x'.repeat(121) } }),
      ]),
    ).toBe(0);
    expect(await store.write([exemplar('odd', { labels: { trace_id: 'x'.repeat(120) } })])).toBe(1);
  });

  it('that nobody waits for are answered at once all the same', async () => {
    store.add([exemplar('scraped')]);
    expect((await store.select([[named('scraped')]], all)).series).toHaveLength(1);
  });

  it('come back as they were, whatever their labels and values are', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const labels = fc.dictionary(
      text,
      text.filter((value) => value !== ''),
      { maxKeys: 3 },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(labels, labels, fc.double(), async (series, own, value) => {
        const name = `any_${run++}`;
        const one = exemplar(name, { series: { ...series, __name__: name }, labels: own, value });
        fc.pre((await store.write([one])) === 1);
        const { series: found } = await store.select([[named(name)]], all);
        expect(found).toEqual([
          { series: one.series, exemplars: [{ labels: own, value, time: now }] },
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('wait in memory while ClickHouse refuses them, and are written when it no longer does', async () => {
    await client.command({ query: 'RENAME TABLE bellwether.exemplars TO bellwether.away' });
    await expect(store.write([exemplar('refused')])).rejects.toThrow();
    await client.command({ query: 'RENAME TABLE bellwether.away TO bellwether.exemplars' });
    expect((await store.select([[named('refused')]], all)).series).toHaveLength(1);
  });
});
