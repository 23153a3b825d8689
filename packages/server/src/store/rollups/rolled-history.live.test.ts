import { Engine, type Millis, type SeriesSource } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { writeOddSeries } from '../../testing/odd-series.ts';
import { History } from '../metrics/history.ts';
import { MetricStore } from '../metrics/metric-store.ts';
import { migrate } from '../schema/migrate.ts';
import { BUCKET_MS, HOUR_MS } from './buckets.ts';
import { rollUp } from './roll-up.ts';
import { RolledHistory } from './rolled-history.ts';
import { RollupJob } from './rollup-job.ts';

const DAY = 24 * HOUR_MS;
const start = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;
const end = start + 3 * DAY + 20 * 60_000;
const log = createLogger({ level: 'silent' });
const engine = new Engine({ features: { experimentalFunctions: true } });

type Answer = Map<string, readonly unknown[]>;

async function ask(source: SeriesSource, expr: string, from: Millis, step = 0): Promise<Answer> {
  const { value } =
    step === 0
      ? await engine.instant(source, expr, from)
      : await engine.range(source, expr, { start: from, end, step });
  if (value.type === 'vector')
    return new Map(
      value.samples.map(({ labels, value: one, histogram: native }) => [
        JSON.stringify(labels),
        [[native ?? one]],
      ]),
    );
  if (value.type !== 'matrix') throw new Error(`no samples: ${value.type}`);
  return new Map(
    value.series.map(({ labels, times, values, histograms }) => [
      JSON.stringify(labels),
      Array.from(times, (time, i) => [time, histograms?.[i] ?? values[i]]),
    ]),
  );
}

const EXACT = 1e-12;

function expectSame(ours: Answer, theirs: Answer): void {
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [labels, expected] of theirs) {
    const found = ours.get(labels)!;
    expect(found.length, labels).toBe(expected.length);
    expected.forEach((point, i) => {
      for (const [k, number] of (point as unknown[]).entries()) {
        const other = (found[i] as unknown[])[k];
        const close =
          typeof number === 'number' && Number.isFinite(number) && typeof other === 'number'
            ? Math.abs(other - number) <= EXACT * Math.abs(number)
            : undefined;
        if (close !== true) expect(other, `${labels}, point ${i}`).toEqual(number);
      }
    });
  }
}

/** A client that remembers what was read of samples and rollups. */
function watching(client: ClickHouseClient): { client: ClickHouseClient; reads: Read[] } {
  const reads: Read[] = [];
  const watched = new Proxy(client, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const [params] = args as [Read];
        if (key === 'exec' && params.query.startsWith('SELECT')) reads.push(params);
        return member.apply(target, args) as unknown;
      };
    },
  });
  return { client: watched, reads };
}

interface Read {
  readonly query: string;
  readonly query_params: Record<string, unknown>;
}

// Over HTTP it takes as long again and shows nothing that the suite of the history does not show.
describe.each(clickHouses.slice(0, 1))('rollups in $name ClickHouse', ({ open }) => {
  let opened: OpenedClickHouse;
  let watched: ReturnType<typeof watching>;
  let plain: MetricStore;
  let rolled: MetricStore;
  let past: RolledHistory;

  async function rowsRead(reads: readonly Read[]): Promise<number> {
    let rows = 0;
    for (const { query, query_params } of reads) {
      const answer = await opened.client.query({
        query: `SELECT count() FROM (${query.replace(/FORMAT Native\s*$/, '')})`,
        query_params,
        format: 'JSON',
      });
      rows += (await answer.json()).statistics!.rows_read;
    }
    return rows;
  }

  async function one<Row>(query: string): Promise<Row> {
    const answer = await opened.client.query({ query, format: 'JSONEachRow' });
    return (await answer.json<Row>())[0]!;
  }

  async function readsOf(source: SeriesSource, expr: string, from: Millis, step = 0) {
    watched.reads.length = 0;
    const answer = await ask(source, expr, from, step);
    return { answer, reads: [...watched.reads] };
  }

  const ofRollups = (reads: readonly Read[]): Read[] =>
    reads.filter(({ query }) => query.includes('bellwether.rollups'));

  async function openStore(withPast: boolean): Promise<MetricStore> {
    const history = new History(watched.client);
    if (withPast)
      past = await RolledHistory.open(watched.client, history, {
        from: 0,
        to: end - HOUR_MS,
      });
    return MetricStore.open({
      history,
      headMs: HOUR_MS,
      log,
      clock: () => end,
      ...(withPast ? { past } : {}),
    });
  }

  function catchUp(): Promise<void> {
    const job = new RollupJob({
      history: past,
      settled: () => rolled.settled(),
      retentionMs: 30 * DAY,
      log,
      clock: () => end,
    });
    return job.look().then(() => expect(job.state).toMatchObject({ hoursBehind: 0, failures: 0 }));
  }

  beforeAll(async () => {
    opened = await open();
    watched = watching(opened.client);
    await migrate(opened.client, { retentionMs: 30 * DAY });
    await writeOddSeries(new History(opened.client), start, end);
    plain = await openStore(false);
    rolled = await openStore(true);
    await catchUp();
  });

  afterAll(async () => {
    await plain?.close();
    await rolled?.close();
    await opened?.remove();
  });

  const functions = [
    ...['rate', 'increase', 'delta'],
    ...['sum', 'avg', 'count', 'min', 'max', 'first', 'last', 'present', 'absent'].map(
      (name) => `${name}_over_time`,
    ),
  ];

  it.each(functions)('%s over one window is what samples give', async (func) => {
    for (const [range, at] of [
      ['70h', end],
      ['29h7m', end - 12_345],
      ['3h1s', start + 2 * DAY],
    ] as const) {
      const expr = `${func}(x_total[${range}])`;
      const { answer, reads } = await readsOf(rolled, expr, at);
      expect(ofRollups(reads), expr).toHaveLength(1);
      expectSame(answer, await ask(plain, expr, at));
    }
  });

  it.each(functions)('%s over windows that end with buckets is what samples give', async (func) => {
    for (const [range, step] of [
      ['1h', HOUR_MS],
      ['5m', 6 * BUCKET_MS],
      ['1d', 2 * HOUR_MS],
    ] as const) {
      const expr = `${func}(x_total[${range}] offset 10m)`;
      const { answer, reads } = await readsOf(rolled, expr, start + BUCKET_MS, step);
      expect(ofRollups(reads), expr).toHaveLength(1);
      expectSame(answer, await ask(plain, expr, start + BUCKET_MS, step));
    }
  });

  it.each([
    'x_total',
    'timestamp(x_total)',
    'count by (kind) (x_total)',
    'max_over_time(rate(x_total{kind="counter"}[1h])[1d:30m])',
    'sum by (kind) (increase(x_total[6h] @ end()))',
    'absent(x_total{kind="seldom"})',
  ])('%s too, at moments that are ends of buckets', async (expr) => {
    const { answer, reads } = await readsOf(rolled, expr, start + DAY, 3 * BUCKET_MS);
    expect(ofRollups(reads)).toHaveLength(1);
    expectSame(answer, await ask(plain, expr, start + DAY, 3 * BUCKET_MS));
  });

  it.each([
    ['windows that do not begin or end with buckets', 'rate(x_total[1h])', 1, HOUR_MS],
    ['steps that are no number of buckets', 'sum_over_time(x_total[1h])', 0, 7 * 60_000],
    ['ranges that are no number of buckets', 'rate(x_total[7m])', 0, HOUR_MS],
    ['functions that look at each sample', 'resets(x_total[1h])', 0, HOUR_MS],
    ['functions of the order of values', 'quantile_over_time(0.9, x_total[1h])', 0, HOUR_MS],
    ['moments between buckets', 'x_total', 1000, HOUR_MS],
  ])('are not asked for %s', async (_why, expr, shift, step) => {
    const { answer, reads } = await readsOf(rolled, expr, start + DAY + shift, step);
    expect(ofRollups(reads)).toEqual([]);
    expectSame(answer, await ask(plain, expr, start + DAY + shift, step));
  });

  it('leave a fifteenth of the rows to be read, or less', async () => {
    await opened.client.command({ query: 'OPTIMIZE TABLE bellwether.rollups FINAL' });
    const often = 'x_total{kind=~"counter.*|gauge|ends and begins"}';
    for (const [expr, from, step] of [
      [`rate(${often}[1h])`, start, HOUR_MS],
      [`avg_over_time(${often}[3d])`, start + 3 * DAY, 0],
    ] as const) {
      const [ours, theirs] = [
        await readsOf(rolled, expr, from, step),
        await readsOf(plain, expr, from, step),
      ];
      const edges = ours.reads.filter((read) => !ofRollups(ours.reads).includes(read));
      const rows = await rowsRead(ofRollups(ours.reads));
      expect(rows).toBeGreaterThan(5 * 800);
      expect((await rowsRead(theirs.reads)) / rows).toBeGreaterThan(15);
      expect(edges.length).toBeLessThanOrEqual(2);
    }
  });

  it('count once what was made before a crash and again after it', async () => {
    await rollUp(opened.client, { after: start + DAY, upTo: start + DAY + 5 * HOUR_MS });
    const expr = 'sum_over_time(x_total[70h])';
    expectSame(await ask(rolled, expr, end), await ask(plain, expr, end));
  });

  it('are made again for hours that samples are added to later, and are not asked until then', async () => {
    const labels = { __name__: 'late', kind: 'backfilled' };
    const rows = Array.from({ length: 600 }, (_, i) => ({
      labels,
      time: start + DAY + (i + 1) * 60_000,
      value: i,
    }));
    const expr = 'sum_over_time(late[2d])';
    const at = start + 3 * DAY;
    const expected = (599 * 600) / 2;
    // Rolled up, then killed before it was recorded: of what came after, these rows know nothing.
    await rolled.backfill(rows.slice(0, 100));
    await rollUp(opened.client, { after: start + DAY, upTo: start + DAY + 10 * HOUR_MS });
    await rolled.backfill(rows.slice(100));
    expect([...(await ask(rolled, expr, at)).values()]).toEqual([[[expected]]]);
    await rolled.close();
    rolled = await openStore(true);
    expect([...(await ask(rolled, expr, at)).values()]).toEqual([[[expected]]]);
    await catchUp();
    const { answer, reads } = await readsOf(rolled, expr, at);
    expect([...answer.values()]).toEqual([[[expected]]]);
    expect(ofRollups(reads)).toHaveLength(1);
  });

  it('are not asked for hours that a longer head may still take samples of', async () => {
    const isAsked = async (settled: Millis): Promise<boolean> => {
      watched.reads.length = 0;
      const longer = await RolledHistory.open(watched.client, new History(watched.client), {
        from: 0,
        to: settled,
      });
      const hints = { func: 'rate', start: end, step: 0, range: 3 * HOUR_MS };
      const matchers = [{ name: '__name__', op: '=', value: 'x_total' }] as const;
      await longer.read(matchers, { from: end - 6 * HOUR_MS, to: end }, hints);
      return ofRollups(watched.reads).length > 0;
    };
    expect(await isAsked(end - HOUR_MS)).toBe(true);
    expect(await isAsked(end - 12 * HOUR_MS)).toBe(false);
  });

  it('are made again where a part of them was set aside as damaged', async () => {
    const { name } = await one<{ name: string }>(
      "SELECT name FROM system.parts WHERE table = 'rollups' AND active ORDER BY rows DESC LIMIT 1",
    );
    await opened.client.command({ query: `ALTER TABLE bellwether.rollups DETACH PART '${name}'` });
    await catchUp();
    const expr = 'count_over_time(x_total[70h])';
    const { answer, reads } = await readsOf(rolled, expr, end);
    expect(ofRollups(reads)).toHaveLength(1);
    expectSame(answer, await ask(plain, expr, end));
  });
});
