import { describe, expect, it } from 'vitest';
import {
  ALL_LANGUAGE_FEATURES,
  arraySource,
  Engine,
  PromQLError,
  type SeriesColumns,
  type SeriesSource,
} from '../src/index.ts';

function counters(series: number, samples: number): SeriesColumns[] {
  const times = Float64Array.from({ length: samples }, (_, i) => i * 1000);
  return Array.from({ length: series }, (_, k) => ({
    labels: { __name__: 'c_total', k: String(k) },
    times,
    values: Float64Array.from({ length: samples }, (_, i) => i * k),
  }));
}

const whole = { start: 0, end: 999_000, step: 1000 };

async function codeOf(result: Promise<unknown>): Promise<string | undefined> {
  try {
    await result;
  } catch (error) {
    if (error instanceof PromQLError) return error.code;
    throw error;
  }
  return undefined;
}

describe('limits', () => {
  const source = arraySource(counters(20, 1000));

  it('stop a query that would hold too many samples', async () => {
    const engine = new Engine({ limits: { samples: 10_000 } });
    expect(await codeOf(engine.range(source, 'c_total', whole))).toBe('too_many_samples');
    expect(await codeOf(engine.instant(source, 'sum(c_total)', 1000))).toBeUndefined();
  });

  it('stop a query that would read too many, and tell the source how many it may', async () => {
    const engine = new Engine({ limits: { samples: 10_000 } });
    const told: (number | undefined)[] = [];
    const watched: SeriesSource = {
      select(matchers, range, hints) {
        told.push(hints.maxSamples);
        return source.select(matchers, range, hints);
      },
    };
    expect(await codeOf(engine.instant(watched, 'sum(rate(c_total[16m]))', 999_000))).toBe(
      'too_many_samples',
    );
    const query = 'sum(rate(c_total{k=~"1."}[5m])) + sum(rate(c_total{k=~"1."}[10m]))';
    expect(await codeOf(engine.instant(watched, query, 999_000))).toBeUndefined();
    expect(told).toEqual([10_000, 10_000, 10_000 - 10 * 300]);
  });

  it('stop a selector that matches too many series', async () => {
    const engine = new Engine({ limits: { series: 10 } });
    expect(await codeOf(engine.instant(source, 'c_total', 0))).toBe('too_many_samples');
  });

  it('stop a range or subquery of too many steps', async () => {
    const engine = new Engine({ limits: { steps: 500 } });
    expect(await codeOf(engine.range(source, '1', whole))).toBe('execution');
    const subquery = 'max_over_time(c_total[1h:1s])';
    expect(await codeOf(engine.instant(source, subquery, 0))).toBe('execution');
  });

  it('stop a query that is out of time, by the host’s clock', async () => {
    let now = 0;
    const host = { now: () => (now += 3), pause: async () => {} };
    const engine = new Engine({ limits: { timeoutMs: 100 }, host });
    expect(await codeOf(engine.range(source, 'rate(c_total[5m])', whole))).toBe('timeout');
  });

  it('refuse an expression that is nested too deep', async () => {
    const engine = new Engine({ limits: { depth: 10 } });
    const query = `${'('.repeat(20)}1${')'.repeat(20)}`;
    expect(await codeOf(engine.instant(source, query, 0))).toBe('parse');
  });
});

describe('the memory of a query', () => {
  const source = arraySource(counters(20, 1000));
  const bytes = 400_000;
  const engine = new Engine({ limits: { bytes } });
  /** One column of 1,000 steps: a float and its kind at each. */
  const columnBytes = 1000 * 9;

  it('ends one whose labels grow from call to call before they are made', async () => {
    const eight = Array(8).fill('"x"').join(', ');
    const joined = Array(12)
      .fill(0)
      .reduce((x) => `label_join(${x}, "x", "+", ${eight})`, 'c_total');
    const named = `label_replace(c_total, "x", "abcdefgh", "", "")`;
    expect(await codeOf(engine.instant(source, joined.replace('c_total', named), 0))).toBe(
      'too_many_bytes',
    );
    const doubled = Array(30)
      .fill(0)
      .reduce((x) => `label_replace(${x}, "x", "$1$1", "x", "(.*)")`, named);
    expect(await codeOf(engine.instant(source, doubled, 0))).toBe('too_many_bytes');
  });

  it('ends one that makes a column of each value', async () => {
    const query = 'count_values("value", c_total)';
    expect(await codeOf(engine.range(source, query, whole))).toBe('too_many_bytes');
    expect(await codeOf(engine.instant(source, query, 0))).toBeUndefined();
  });

  it('ends one that reads too much', async () => {
    const all = new Engine({ limits: { bytes: 20 * 1000 * 16 } });
    expect(await codeOf(all.instant(source, 'sum(rate(c_total[1h]))', 999_000))).toBe(
      'too_many_bytes',
    );
  });

  it('is given back by each part that was used, in calls in each other as in rows of operators', async () => {
    const once = arraySource(
      counters(10, 1).map((one) => ({ ...one, values: Float64Array.of(1) })),
    );
    const most = new Engine({ limits: { bytes: 4 * 10 * (columnBytes + 1000), steps: 1000 } });
    const range = { start: 0, end: 299_000, step: 300 };
    expect(await codeOf(most.range(once, 'c_total', range))).toBeUndefined();
    const nested = `${'abs('.repeat(50)}c_total${')'.repeat(50)}`;
    expect(await codeOf(most.range(once, nested, range))).toBeUndefined();
    const row = Array(50).fill('c_total').join(' + ');
    expect(await codeOf(most.range(once, row, range))).toBeUndefined();
    const alternatives = Array.from({ length: 50 }, (_, i) => `(c_total * ${i} > -1)`);
    const labelled = alternatives.map((one, i) => `label_replace(${one}, "i", "${i}", "", "")`);
    expect(await codeOf(most.range(once, labelled.join(' or '), range))).toBe('too_many_bytes');
  });

  it('is of what all that run may hold together, and free again when they have ended', async () => {
    let free = 400_000;
    const memory = {
      take: (wanted: number) => {
        if (wanted > free) return false;
        free -= wanted;
        return true;
      },
      give: (given: number) => {
        free += given;
      },
    };
    const large = new Engine();
    const ask = (query: string) => codeOf(large.range(source, query, whole, { memory }));
    expect(await ask('c_total')).toBe('memory_in_use');
    expect(await ask('count_values("value", c_total)')).toBe('memory_in_use');
    expect(free).toBe(400_000);
    expect(await codeOf(large.instant(source, 'sum(c_total)', 0, { memory }))).toBeUndefined();
    expect(free).toBe(400_000);
  });
});

describe('long evaluations', () => {
  it('let others run in between', async () => {
    let pauses = 0;
    let now = 0;
    const host = {
      now: () => (now += 5),
      pause: async () => {
        pauses++;
      },
    };
    const engine = new Engine({ host });
    await engine.range(arraySource(counters(50, 1000)), 'rate(c_total[5m])', whole);
    expect(pauses).toBeGreaterThan(10);
  });

  it.each([
    'abs(c_total)',
    '-c_total',
    'clamp(c_total, 0, 1)',
    'c_total > 1',
    'c_total + c_total',
    'c_total and c_total',
    'c_total or c_total',
    'label_replace(c_total, "a", "$1", "k", "(.*)")',
    'label_join(c_total, "a", "-", "k", "k")',
    'sum(c_total + 0)',
    'sort(c_total)',
    'topk(100, c_total)',
    'limit_ratio(0.5, c_total)',
    'quantile by (k) (0.5, c_total)',
    'count by (k) (c_total)',
    'timestamp(c_total + 0)',
    'histogram_quantile(0.5, label_replace(c_total, "le", "$1", "k", "(.*)"))',
  ])('let others run in all of what they do: %s', async (query) => {
    const source = arraySource(counters(4_000, 1));
    const pausesOf = async (asked: string): Promise<number> => {
      let pauses = 0;
      let now = 0;
      const host = { now: () => now++, pause: async () => void pauses++ };
      await new Engine({ host, features: ALL_LANGUAGE_FEATURES }).instant(source, asked, 0);
      return pauses;
    };
    const read = await pausesOf('c_total');
    // Each column is work of at least 16, the clock is looked at after 2,000, and a slice is 9 looks.
    const pausesAtLeast = Math.floor((4_000 * 16) / 2_000 / 9);
    expect((await pausesOf(query)) - read).toBeGreaterThanOrEqual(pausesAtLeast);
  });

  it('stop soon after they are cancelled', async () => {
    const controller = { aborted: false };
    let pauses = 0;
    let now = 0;
    const host = {
      now: () => (now += 5),
      pause: async () => {
        pauses++;
        controller.aborted = true;
      },
    };
    const engine = new Engine({ host });
    const query = engine.range(arraySource(counters(50, 1000)), 'rate(c_total[5m])', whole, {
      signal: controller,
    });
    expect(await codeOf(query)).toBe('canceled');
    expect(pauses).toBe(1);
  });

  it('do not start when they are cancelled already', async () => {
    const query = new Engine().instant(arraySource([]), 'up', 0, { signal: { aborted: true } });
    expect(await codeOf(query)).toBe('canceled');
  });
});
