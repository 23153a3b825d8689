import fc from 'fast-check';
import type { SeriesColumns } from '../src/index.ts';

/** Thirty minutes of samples, about every 15 seconds, of a few counters and gauges. */
export const SPAN_MS = 1_800_000;

const value = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -50, max: 1000 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e300) },
  { weight: 4, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
);

function seriesOf(labels: SeriesColumns['labels']): fc.Arbitrary<SeriesColumns> {
  return fc
    .array(fc.tuple(value, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 30 })), {
      minLength: 5,
      maxLength: 90,
    })
    .map((samples) => {
      let time = 0;
      const times = samples.map(([, gap]) => (time += gap * 1000));
      const stale = new Uint8Array(Math.ceil(samples.length / 8));
      samples.forEach(([, , dice], i) => {
        if (dice === 0) stale[i >> 3]! |= 1 << (i & 7);
      });
      return {
        labels,
        times: Float64Array.from(times),
        values: Float64Array.from(samples, ([one]) => one),
        stale,
      };
    });
}

const LABELS: readonly SeriesColumns['labels'][] = [
  { __name__: 'a', l: '0', job: 'x' },
  { __name__: 'a', l: '1', job: 'x' },
  { __name__: 'b_total', l: '0', job: 'x' },
  { __name__: 'b_total', l: '1', job: 'y' },
  { __name__: 'h_bucket', l: '0', le: '1' },
  { __name__: 'h_bucket', l: '0', le: '5' },
  { __name__: 'h_bucket', l: '0', le: '+Inf' },
  { __name__: 'up', l: '2' },
];

export const randomSeries: fc.Arbitrary<SeriesColumns[]> = fc.tuple(...LABELS.map(seriesOf));
