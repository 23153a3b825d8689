import { describe, expect, it } from 'vitest';
import { every15s, instant, range } from './evaluate.ts';

describe('increase over a counter with many resets', () => {
  const restarted = Array.from({ length: 140 }, (_, i) => i % 2);
  const counter = (values: readonly number[]) => [every15s({ __name__: 'm_total' }, values)];

  it('forgets an infinite value once it has left the window', async () => {
    const values = await range(
      counter([1, Infinity, ...restarted]),
      'increase(m_total[1m])',
      [61, 2041, 330],
    );
    expect(values[0]).toBeNaN();
    expect(values).toHaveLength(7);
    // Asked of Prometheus 2.42.
    for (const value of values.slice(1)) expect(value).toBeCloseTo(1.3333333333, 9);
  });

  it('is infinite where an infinite value was lost inside of the window', async () => {
    const values = await range(
      counter([1, 1, Infinity, ...restarted]),
      'increase(m_total[2m])',
      [60, 60, 15],
    );
    expect(values).toEqual([Infinity]);
  });

  it('is right beside values whose sum is beyond all numbers', async () => {
    const huge = Array.from({ length: 20 }, (_, i) => (i % 2) * 1e308);
    const values = await range(
      counter([...huge, ...restarted]),
      'increase(m_total[1m])',
      [1021, 1621, 300],
    );
    for (const value of values) expect(value).toBeCloseTo(1.3333333333, 9);
  });
});

describe('the variance of overlapping windows of great values with a small spread', () => {
  const values = Array.from({ length: 60 }, (_, i) => 1e15 + i * 1000 + ((i * 7919) % 1000));
  const series = [every15s({ __name__: 'm' }, values)];

  it('is the true one', async () => {
    const [first] = await range(series, 'stdvar_over_time(m[5m])', [301, 871, 15]);
    // In exact arithmetic; Prometheus gives 32732873.02.
    expect(Math.abs(first! / 32732853.25 - 1)).toBeLessThan(1e-9);
  });

  it('is to 1e-6 the one of an instant query, which computes as Prometheus does', async () => {
    for (const f of ['stdvar_over_time', 'stddev_over_time']) {
      const [first] = await range(series, `${f}(m[5m])`, [301, 871, 15]);
      const alone = (await instant(series, `${f}(m[5m])`, 301))['{}']!;
      expect(Math.abs(first! / alone - 1)).toBeLessThan(1e-6);
    }
  });
});

describe('the line through overlapping windows', () => {
  it.each(['deriv(m[5m])', 'predict_linear(m[5m], 60)'])(
    '%s: none while an infinite value is among them, as in an instant query',
    async (query) => {
      const values = Array.from({ length: 60 }, (_, i) => (i === 30 ? Infinity : i));
      const series = [every15s({ __name__: 'm' }, values)];
      const found = await range(series, query, [301, 871, 15]);
      expect(found.slice(9, 12)).toEqual([
        expect.closeTo((await instant(series, query, 436))['{}']!),
        Number.NaN,
        Number.NaN,
      ]);
      expect(found.slice(11, 30)).toEqual(Array(19).fill(Number.NaN));
    },
  );
});

describe('growth over a smoothed range', () => {
  const late = [
    {
      labels: { __name__: 'm' },
      times: Float64Array.of(400_000, 415_000),
      values: Float64Array.of(5, 7),
    },
  ];

  it.each(['rate', 'increase', 'delta'])(
    '%s: none where all samples come before the range, or all after it',
    async (f) => {
      expect(await instant(late, `${f}(m[1m] smoothed)`, 300)).toEqual({});
      expect(await instant(late, `${f}(m[1m] smoothed)`, 500)).toEqual({});
      expect(await instant(late, `${f}(m[1m] offset 200s smoothed)`, 500)).toEqual({});
      expect(Object.keys(await instant(late, `${f}(m[1m] smoothed)`, 400))).toEqual(['{}']);
    },
  );
});
