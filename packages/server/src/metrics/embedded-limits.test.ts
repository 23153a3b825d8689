import { arraySource, type SeriesColumns, type SeriesSource } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { EmbeddedMetricSource } from './embedded.ts';
import type { QueryLimits } from './query-room.ts';

const times = Float64Array.from({ length: 100 }, (_, i) => i * 1000);
const series: SeriesColumns[] = Array.from({ length: 50 }, (_, k) => ({
  labels: { __name__: 'up', instance: `node-${k}` },
  times,
  values: new Float64Array(100).fill(k),
}));
const whole = { start: 0, end: 99_000, step: 1000 };

function sourceWith(limits: Partial<QueryLimits>, store: SeriesSource = arraySource(series)) {
  const usual = { samples: 1e6, timeoutMs: 60_000, bytes: 1e7, totalBytes: 1e7, concurrency: 20 };
  const nothing = async () => ({ series: [], truncated: false });
  return new EmbeddedMetricSource({
    store: {
      select: async (...asked) => store.select(asked[0], asked[1], asked[2]!, asked[3]),
      lookups: undefined as never, // No series are looked up here.
    },
    headMs: 0,
    subqueryStepMs: () => 60_000,
    limits: { ...usual, ...limits },
    clock: () => 0,
    exemplars: { select: nothing },
    rules: () => [],
    targets: () => [],
    droppedTargets: () => ({ targets: [], counts: new Map() }),
    targetMetadata: () => [],
    scrapePools: () => [],
    metadata: () => new Map(),
  });
}

/** A store that answers when it is told to. */
function slowStore(): { store: SeriesSource; asked: () => number; answer: () => void } {
  const waiting: (() => void)[] = [];
  let asked = 0;
  const store: SeriesSource = {
    async select(...question) {
      asked++;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return arraySource(series).select(...question);
    },
  };
  return { store, asked: () => asked, answer: () => waiting.shift()?.() };
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a query that would hold too much', () => {
  it('is refused with the limit, the key and the remedy', async () => {
    const source = sourceWith({ bytes: 20_000 });
    await expect(source.range('up', whole)).rejects.toMatchObject({
      code: 'too_many_bytes',
      message:
        'query would hold more than 20000 bytes in memory: ask for fewer series, a shorter time or shorter labels, or raise query.max_memory (20000 bytes)',
    });
  });

  it('is refused while other answers hold the memory, and answered when they have let go', async () => {
    const source = sourceWith({ totalBytes: 190_000 });
    const first = await source.range('up', whole, { lasting: true });
    await expect(source.range('up', whole)).rejects.toMatchObject({
      code: 'memory_in_use',
      message: expect.stringContaining('or raise query.max_memory_total (190000 bytes)'),
    });
    await expect(source.range('up', whole, { room: 'rules' })).resolves.toBeDefined();
    first.release!();
    await expect(source.range('up', whole)).resolves.toBeDefined();
    await expect(source.range('up', whole)).resolves.toBeDefined();
  });
});

describe('queries at the same time', () => {
  it('run as many as may, and a rule beside them', async () => {
    const { store, asked, answer } = slowStore();
    const source = sourceWith({ concurrency: 2 }, store);
    const all = [1, 2, 3].map(() => source.instant('up', 0, { stats: true }));
    await settled();
    expect(asked()).toBe(2);
    const rule = source.instant('up', 0, { room: 'rules' });
    await settled();
    expect(asked()).toBe(3);
    for (let i = 0; i < 4; i++) {
      answer();
      await settled();
    }
    await Promise.all([...all, rule]);
    expect((await all[2]!).cost!.timings['execQueueTime']).toBeGreaterThan(0);
  });

  it('end in the queue when their time is over', async () => {
    const { store, answer } = slowStore();
    const source = sourceWith({ concurrency: 1 }, store);
    const first = source.instant('up', 0);
    await expect(source.instant('up', 0, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'timeout',
    });
    answer();
    await expect(first).resolves.toBeDefined();
  });
});
