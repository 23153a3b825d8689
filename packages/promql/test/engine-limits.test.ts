import { describe, expect, it } from 'vitest';
import {
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
