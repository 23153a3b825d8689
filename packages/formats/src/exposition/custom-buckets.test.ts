import { histogram } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { CustomBuckets } from './custom-buckets.ts';
import { type Exposition, emptyExposition } from './exposition.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { parseTextFormat } from './text-format.ts';

const SCRAPED = `# TYPE up gauge
up 1
# TYPE took_seconds histogram
took_seconds_bucket{path="/a",le="0.1"} 2
took_seconds_bucket{path="/a",le="0.5"} 2
took_seconds_bucket{path="/a",le="+Inf"} 5
took_seconds_sum{path="/a"} 7.5
took_seconds_count{path="/a"} 5
took_seconds_bucket{path="/b",le="0.1"} 1
took_seconds_bucket{path="/b",le="0.5"} 3
took_seconds_bucket{path="/b",le="+Inf"} 3
took_seconds_sum{path="/b"} 0.4
took_seconds_count{path="/b"} 3
# TYPE odd untyped
odd_bucket{le="1"} 4
odd_sum 1
`;

const read = (text: string) => parseTextFormat(text, () => false);

function shown({ series, values, histograms }: Exposition) {
  return series.map((text, row) => {
    const native = histograms.get(row);
    if (native === undefined) return [text, values[row]];
    const { customValues, positive, count, sum } = native;
    return [text, { bounds: customValues, ...positive, count, sum }];
  });
}

const A = {
  bounds: [0.1, 0.5],
  indices: [0, 2],
  counts: [2, 3],
  count: 5,
  sum: 7.5,
};
const B = { bounds: [0.1, 0.5], indices: [0, 1], counts: [1, 2], count: 3, sum: 0.4 };

// Expected as Prometheus' documentation says: one native histogram for each set of labels, the classic series dropped
// unless they are asked for too.
describe('classic histograms as native ones', () => {
  it('take the place of their series, and nothing else changes', () => {
    const custom = new CustomBuckets(false);
    for (let scrape = 0; scrape < 2; scrape++)
      expect(shown(custom.convert(read(SCRAPED)))).toEqual([
        ['up', 1],
        ['took_seconds{path="/a"}', A],
        ['took_seconds{path="/b"}', B],
        ['odd_bucket{le="1"}', 4],
        ['odd_sum', 1],
      ]);
  });

  it('stand beside their series where those are wanted too', () => {
    const all = shown(new CustomBuckets(true).convert(read(SCRAPED)));
    expect(all).toHaveLength(read(SCRAPED).series.length + 2);
    expect(all).toContainEqual(['took_seconds{path="/a"}', A]);
    expect(all).toContainEqual(['took_seconds_bucket{path="/a",le="0.5"}', 2]);
  });

  it.each([
    ['counts that fall', 'h_bucket{le="1"} 5\nh_bucket{le="+Inf"} 4\nh_count 4\n'],
    ['a count of its own', 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_count 3\n'],
    ['a bound twice', 'h_bucket{le="1"} 1\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 2\n'],
    ['no count and no bucket', 'h_sum 3\n'],
  ])('are left as they are with %s', (_, rows) => {
    const scraped = read(`# TYPE h histogram\n${rows}`);
    expect(new CustomBuckets(false).convert(scraped)).toBe(scraped);
  });

  it('know their last bucket where only the count says it, and the count where only the last bucket does', () => {
    const of = (rows: string) =>
      shown(new CustomBuckets(false).convert(read(`# TYPE h histogram\n${rows}`)));
    const expected = { bounds: [1], indices: [0, 1], counts: [1, 2], count: 3, sum: 0 };
    expect(of('h_bucket{le="1"} 1\nh_count 3\n')).toEqual([['h', expected]]);
    expect(of('h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 3\n')).toEqual([['h', expected]]);
  });

  it('leave those alone that the target shows as native too', () => {
    const scraped: Exposition = {
      ...emptyExposition(),
      series: ['h', 'h_bucket{le="+Inf"}', 'h_count'],
      values: [Number.NaN, 2, 2],
      times: [Number.NaN, Number.NaN, Number.NaN],
      histograms: new Map([[0, histogram({ count: 2 })]]),
      metadata: new Map([['h', { type: 'histogram', help: '', unit: '' }]]),
    };
    expect(new CustomBuckets(false).convert(scraped)).toBe(scraped);
  });

  it('keep time and exemplars', () => {
    const scraped = parseOpenMetrics(
      `# TYPE h histogram
h_bucket{le="1.0"} 1 12.5 # {trace_id="t"} 0.7
h_bucket{le="+Inf"} 2 12.5
h_count 2 12.5
h_sum 9.0 12.5
# EOF
`,
      () => false,
    );
    const { times, exemplars } = new CustomBuckets(false).convert(scraped);
    expect(times).toEqual([12_500]);
    expect(exemplars).toMatchObject([{ row: 0, labels: { trace_id: 't' }, value: 0.7 }]);
    const both = new CustomBuckets(true).convert(scraped);
    expect(both.exemplars.map(({ row }) => both.series[row])).toEqual(['h', 'h_bucket{le="1.0"}']);
  });
});
