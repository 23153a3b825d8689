import { Engine, histogram, type Millis, type SeriesSource } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { clickHouses, type OpenedClickHouse } from '../../testing/clickhouses.ts';
import { History } from '../metrics/history.ts';
import { MetricStore } from '../metrics/metric-store.ts';
import { SampleBatch } from '../metrics/sample-batch.ts';
import type { SampleValue } from '../metrics/series.ts';
import { seriesId } from '../metrics/series-id.ts';
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

/** A small linear congruential generator: the same series in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

type Next = (random: () => number, before: number, time: Millis) => SampleValue;

const grows: Next = (random, before) =>
  random() < 0.03 ? Math.floor(random() * 3) : before + Math.floor(random() * 20);
const swings: Next = (random) => 20 + 10 * random();
const native = histogram({
  schema: 0,
  count: 2,
  sum: 3,
  positive: { indices: [0, 1], counts: [1, 1] },
});

/** What there is of series, each named after what is odd about it. */
const KINDS: Record<string, { readonly everyMs: Millis; readonly next: Next }> = {
  counter: { everyMs: 15_000, next: grows },
  'counter of fractions': {
    everyMs: 15_000,
    next: (random, before) => (random() < 0.02 ? random() : before + random()),
  },
  'on the minute': { everyMs: 60_000, next: grows },
  'on the bucket': { everyMs: BUCKET_MS, next: grows },
  rare: { everyMs: 17 * 60_000, next: grows },
  gauge: { everyMs: 15_000, next: swings },
  'below zero': { everyMs: 30_000, next: (random) => 4 - 10 * random() },
  'not a number at times': {
    everyMs: 30_000,
    next: (random) => (random() < 0.01 ? Number.NaN : Math.floor(random() * 10)),
  },
  'infinite at times': {
    everyMs: 60_000,
    next: (random) => (random() < 0.0005 ? Infinity : Math.floor(random() * 10)),
  },
  'too large to be summed': { everyMs: 60_000, next: (random) => (1 + 0.1 * random()) * 1e308 },
  'ends and begins': {
    everyMs: 15_000,
    next: (random, before, time) =>
      random() < 0.02 ? 'stale' : grows(random, Number.isNaN(before) ? 0 : before, time),
  },
  'native for a while': {
    everyMs: 60_000,
    next: (random, before, time) =>
      time > start + 30 * HOUR_MS && time < start + 31 * HOUR_MS
        ? native
        : grows(random, before, time),
  },
};

/** Writes a series over the three days, with gaps; a third of it is stored twice, as after an insert sent again. */
async function write(history: History, kind: string, seed: number): Promise<void> {
  const { everyMs, next } = KINDS[kind]!;
  const random = randomFrom(seed);
  const labels = { __name__: 'x_total', kind };
  const id = seriesId(labels);
  const once = new SampleBatch();
  const twice = new SampleBatch();
  let value = 0;
  for (let time = start; time <= end; time += everyMs) {
    if (random() < 0.0005) time += Math.floor((4 * HOUR_MS * random()) / everyMs) * everyMs;
    if (time > end) break;
    const sample = next(random, value, time);
    value = typeof sample === 'number' ? sample : 0;
    once.add(id, time, sample);
    if (random() < 0.3) twice.add(id, time, sample);
  }
  await history.write({ series: [{ id, labels }], samples: [once] });
  await history.write({ series: [], samples: [twice] });
}

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

  async function readsOf(source: SeriesSource, expr: string, from: Millis, step = 0) {
    watched.reads.length = 0;
    const answer = await ask(source, expr, from, step);
    return { answer, reads: [...watched.reads] };
  }

  const ofRollups = (reads: readonly Read[]): Read[] =>
    reads.filter(({ query }) => query.includes('bellwether.rollups'));

  async function openStore(withPast: boolean): Promise<MetricStore> {
    const history = new History(watched.client);
    if (withPast) past = await RolledHistory.open(watched.client, history, end - HOUR_MS);
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
    const history = new History(opened.client);
    for (const [i, kind] of Object.keys(KINDS).entries()) await write(history, kind, i + 1);
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
    for (const range of ['70h', '29h7m', '3h1s']) {
      for (const at of [end, end - 12_345, start + 2 * DAY]) {
        const expr = `${func}(x_total[${range}])`;
        const { answer, reads } = await readsOf(rolled, expr, at);
        expect(ofRollups(reads), expr).toHaveLength(1);
        expectSame(answer, await ask(plain, expr, at));
      }
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
    'absent(x_total{kind="rare"})',
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
    for (const [expr, from, step] of [
      ['rate(x_total{kind="counter"}[1h])', start, HOUR_MS],
      ['avg_over_time(x_total{kind="gauge"}[3d])', start + 3 * DAY, 0],
    ] as const) {
      const [ours, theirs] = [
        await readsOf(rolled, expr, from, step),
        await readsOf(plain, expr, from, step),
      ];
      const edges = ours.reads.filter((read) => !ofRollups(ours.reads).includes(read));
      const rows = await rowsRead(ofRollups(ours.reads));
      expect(rows).toBeGreaterThan(800);
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
      const longer = await RolledHistory.open(watched.client, new History(watched.client), settled);
      const hints = { func: 'rate', start: end, step: 0, range: 3 * HOUR_MS };
      const matchers = [{ name: '__name__', op: '=', value: 'x_total' }] as const;
      await longer.read(matchers, { from: end - 6 * HOUR_MS, to: end }, hints);
      return ofRollups(watched.reads).length > 0;
    };
    expect(await isAsked(end - HOUR_MS)).toBe(true);
    expect(await isAsked(end - 12 * HOUR_MS)).toBe(false);
  });
});
