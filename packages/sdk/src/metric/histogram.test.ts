import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanBounds, HistogramSeries } from './histogram.ts';
import { labelSet } from './labels.ts';

function read(series: HistogramSeries) {
  const buckets: [number, number][] = [];
  let sum = Number.NaN;
  let count = Number.NaN;
  series.collect((suffix, _labels, value, le) => {
    if (le !== undefined) buckets.push([le, value]);
    if (suffix === '_sum') sum = value;
    if (suffix === '_count') count = value;
  });
  return { buckets, sum, count };
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

describe('histogram', () => {
  it('counts a value that lies on a bound into the bucket of that bound', () => {
    const series = new HistogramSeries(labelSet([], []), cleanBounds([1, 2]));
    for (const value of [1, 2, 2.5]) series.observe(value);
    expect(read(series)).toEqual({
      buckets: [
        [1, 1],
        [2, 2],
        [Number.POSITIVE_INFINITY, 3],
      ],
      sum: 5.5,
      count: 3,
    });
  });

  it('says of every bucket how many values were at most its bound, whatever was observed', () => {
    fc.assert(
      fc.property(fc.array(finite), fc.array(finite), (bounds, values) => {
        const series = new HistogramSeries(labelSet([], []), cleanBounds(bounds));
        for (const value of values) series.observe(value);
        const { buckets, count } = read(series);
        for (const [le, cumulative] of buckets) {
          expect(cumulative).toBe(values.filter((value) => value <= le).length);
        }
        expect(count).toBe(values.length);
        expect(buckets.at(-1)).toEqual([Number.POSITIVE_INFINITY, values.length]);
      }),
    );
  });

  it('mends bounds that are unsorted, doubled or infinite', () => {
    expect([...cleanBounds([5, 1, 5, Number.POSITIVE_INFINITY, Number.NaN])]).toEqual([1, 5]);
  });
});
