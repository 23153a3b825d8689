import { describe, expect, it } from 'vitest';
import { LatencyWindow } from './latency-window.ts';

describe('latency window', () => {
  it('knows nothing before the first call', () => {
    expect(new LatencyWindow(1000).summary()).toBeNull();
  });

  it('gives the percentiles of numpy', () => {
    // numpy.percentile([15, 20, 35, 40, 50], [50, 95, 99]) is [35, 48, 49.6]; the values are those of
    // the worked example of linear interpolation in Wikipedia's article on percentiles (40 % is 29).
    const window = new LatencyWindow(1000);
    for (const value of [40, 15, 50, 20, 35]) window.record(value);
    const summary = window.summary();
    expect(summary?.p50).toBe(35);
    expect(summary?.p95).toBeCloseTo(48, 12);
    expect(summary?.p99).toBeCloseTo(49.6, 12);
    expect(summary?.mean).toBe(32);
    expect(summary?.max).toBe(50);
    expect(summary?.count).toBe(5);
  });

  it('forgets the oldest call when it is full', () => {
    const window = new LatencyWindow(3);
    for (const value of [100, 1, 2, 3]) window.record(value);
    expect(window.summary()).toMatchObject({ max: 3, mean: 2, count: 3 });
  });
});
