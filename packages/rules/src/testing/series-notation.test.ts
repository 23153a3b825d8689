import { histogram } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { parseSeries, parseValues } from './series-notation.ts';

// From Prometheus' documentation, "Unit testing for rules", and the README of promqltest.
describe('the values of a series', () => {
  it.each([
    ['-2+4x3', [-2, 2, 6, 10]],
    ['1-2x4', [1, -1, -3, -5, -7]],
    ['1x4', [1, 1, 1, 1, 1]],
    ['1 _x3 stale', [1, undefined, undefined, undefined, 'stale']],
    ['_', [undefined]],
    ['1e3 1e-3+2e0x1 .5 0x1F', [1000, 0.001, 2.001, 0.5, 31]],
    ['0x10', new Array(11).fill(0)],
    [
      'Inf -Inf +Inf',
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ],
    ['NaN', [Number.NaN]],
    ['', []],
  ])('%s', (text, values) => {
    expect(parseValues(text)).toEqual(values);
  });

  it('can be native histograms, also counting ones', () => {
    const first = histogram({ count: 2, sum: 3, positive: { indices: [0], counts: [2] } });
    const second = histogram({
      count: 3,
      sum: 4.25,
      positive: { indices: [0, 1], counts: [2, 1] },
    });
    expect(
      parseValues('{{sum:3 count:2 buckets:[2]}}+{{sum:1.25 count:1 buckets:[1] offset:1}}x1'),
    ).toEqual([first, second]);
    expect(
      parseValues('{{schema:1 n_buckets:[4 0 5] n_offset:-5 counter_reset_hint:gauge}}'),
    ).toEqual([
      histogram({ schema: 1, negative: { indices: [-5, -3], counts: [4, 5] }, hint: 'gauge' }),
    ]);
  });

  it.each(['abc', '1+', '1xx2', '{{nonsense:1}}', '{{count:x}}'])('cannot be %j', (text) => {
    expect(() => parseValues(text)).toThrow(/bad/);
  });
});

describe('the labels of a series', () => {
  it('are written as a selector with equals signs', () => {
    expect(parseSeries('up{job="api", instance=""}')).toEqual({ __name__: 'up', job: 'api' });
    expect(parseSeries('{a="b"}')).toEqual({ a: 'b' });
    expect(parseSeries('')).toEqual({});
    expect(parseSeries('{}')).toEqual({});
    expect(() => parseSeries('up{job=~"a"}')).toThrow('not the name and labels of a series');
  });
});
