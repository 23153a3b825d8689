import { describe, expect, it } from 'vitest';
import { every15s, notes } from './evaluate.ts';

const warning = (q: string, at: string) =>
  `PromQL warning: quantile value should be between 0 and 1, got ${q} (${at})`;

// Prometheus 3.14 asked the same.
describe('a warning of quantiles that are none', () => {
  const series = [every15s({ __name__: 'm' }, [1, 2, 3, 4])];

  it('comes for each of them, at the steps that have something to take them of', async () => {
    expect(await notes(series, 'quantile_over_time(time(), m[10s])')).toEqual(
      ['15', '30', '45'].map((q) => warning(q, '1:20')),
    );
    expect(await notes(series, 'quantile_over_time(2, nothing[10s])')).toEqual([]);
  });

  it('writes numbers as Go does', async () => {
    expect(await notes(series, 'quantile(1234567, m)')).toEqual([warning('1.234567e+06', '1:10')]);
    expect(await notes(series, 'quantile(-1e-7, m)')).toEqual([warning('-1e-07', '1:10')]);
  });
});

describe('a warning of sorting in vain', () => {
  const series = [every15s({ __name__: 'm' }, [1, 2, 3, 4])];
  const inVain = (at: string) =>
    `PromQL warning: sort is ineffective for range queries since results are always ordered by labels (${at})`;

  it('comes where there are several steps, not where all are one', async () => {
    expect(await notes(series, 'sort(m)')).toEqual([inVain('1:1')]);
    expect(await notes(series, 'max_over_time(sort(m @ 10)[1m:15s] @ 60)')).toEqual([]);
    expect(await notes(series, 'max_over_time(sort(m)[1m:15s] @ 60)')).toEqual([inVain('1:15')]);
  });
});
