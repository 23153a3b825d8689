import type { ReceivedSeries } from '@bellwether/formats';
import { describe, expect, it } from 'vitest';
import { StartTimes } from './start-times.ts';

function counter(...samples: [time: number, value: number][]): ReceivedSeries {
  return {
    labels: { __name__: 'c_total' },
    samples: samples.map(([time, value]) => ({ time, value })),
  };
}

function stored(starts: StartTimes, series: ReceivedSeries, ...at: number[]): [number, number][] {
  starts.remember(starts.addZeros(at.map((start) => ({ series, start }))));
  return series.samples.map(({ time, value }) => [time, value]);
}

describe('the start of a counter', () => {
  it('becomes a zero in front of the samples that count from it', () => {
    expect(stored(new StartTimes(), counter([20, 5]), 10)).toEqual([
      [10, 0],
      [20, 5],
    ]);
  });

  it('is stored once, and again when the counter began anew', () => {
    const starts = new StartTimes();
    stored(starts, counter([20, 5]), 10);
    expect(stored(starts, counter([30, 6]), 10)).toEqual([[30, 6]]);
    expect(stored(starts, counter([40, 7]), 35)).toEqual([
      [35, 0],
      [40, 7],
    ]);
  });

  it('stands between the samples of before and after a restart in one request', () => {
    expect(stored(new StartTimes(), counter([20, 5], [40, 7]), 35)).toEqual([
      [20, 5],
      [35, 0],
      [40, 7],
    ]);
  });

  it.each([
    ['nobody knows it', 0],
    ['it is the time of a sample', 20],
    ['it is after all samples', 50],
  ])('adds nothing where %s', (_, start) => {
    expect(stored(new StartTimes(), counter([20, 5]), start)).toEqual([[20, 5]]);
  });

  it('of a histogram is one without observations', () => {
    const observed = {
      schema: 0,
      count: 1,
      sum: 2,
      zeroThreshold: 0.1,
      zeroCount: 0,
      positive: { indices: [1], counts: [1] },
      negative: { indices: [], counts: [] },
      customValues: [],
      hint: 'unknown' as const,
    };
    const series: ReceivedSeries = {
      labels: { __name__: 'h' },
      samples: [{ time: 20, value: Number.NaN, histogram: observed }],
    };
    new StartTimes().addZeros([{ series, start: 10 }]);
    const empty = { ...observed, count: 0, sum: 0, positive: { indices: [], counts: [] } };
    expect(series.samples[0]).toEqual({ time: 10, value: Number.NaN, histogram: empty });
  });

  it('is forgotten for others, by bytes', () => {
    const starts = new StartTimes(100_000);
    for (let i = 0; i < 1000; i++) {
      const labels = { __name__: 'c_total', i: String(i).padStart(1000, '0') };
      stored(starts, { ...counter([20, 5]), labels }, 10);
    }
    expect(starts.size).toBeLessThan(100);
  });
});
