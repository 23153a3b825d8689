import { describe, expect, it } from 'vitest';
import { encodeFamilies, type SentFamily } from './encode-protobuf.ts';
import { ExpositionError } from './exposition-error.ts';
import { type HistogramFaces, parseProtobuf } from './protobuf.ts';
import { parseSeriesText } from './series-text.ts';
import { parseTextFormat } from './text-format.ts';

const NATIVE: HistogramFaces = { native: true, classicToo: false };
const CLASSIC: HistogramFaces = { native: false, classicToo: false };
const never = (): boolean => false;

const parse = (families: readonly SentFamily[], faces = NATIVE) =>
  parseProtobuf(encodeFamilies(families), never, faces);

/** What was read, as labels, value and time, to be compared as a set. */
function rows({ series, values, times }: ReturnType<typeof parseTextFormat>): string[] {
  return series
    .map((text, i) =>
      JSON.stringify([Object.entries(parseSeriesText(text)).sort(), values[i], times[i]]),
    )
    .sort();
}

const latency = {
  count: 14,
  sum: 18.5,
  buckets: [
    [0.5, 3],
    [1, 9],
  ],
  native: {
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 2,
    positiveSpans: [
      [0, 2],
      [2, 1],
    ],
    positiveDeltas: [3, -1, 4],
    negativeSpans: [[-2, 1]],
    negativeDeltas: [1],
  },
} as const;

// Source: prometheus/client_model metrics.proto, prometheus.io "Exposition formats" and "Native Histograms". A real
// Prometheus is given the same bytes in protobuf.live.test.ts.
describe('parsing the protobuf exposition', () => {
  it('reads what the text format says of the same metrics into the same columns', () => {
    const parsed = parse(
      [
        { name: 'a_total', help: 'A "b"\\.', type: 0, metrics: [{ counter: 5, time: 1000 }] },
        { name: 'g', type: 1, metrics: [{ labels: [['x', 'ü"\n\\']], gauge: Number.NaN }] },
        { name: 'u', type: 3, metrics: [{ untyped: -Infinity }] },
        {
          name: 's_seconds',
          unit: 'seconds',
          type: 2,
          metrics: [{ summary: { count: 3, sum: 1.5, quantiles: [[0.5, 0.25]] } }],
        },
        { name: 'h', type: 4, metrics: [{ labels: [['k', 'v']], histogram: latency }] },
        { name: 'empty', type: 4, metrics: [] },
      ] satisfies SentFamily[],
      CLASSIC,
    );
    expect(rows(parsed)).toEqual(
      rows(
        parseTextFormat(
          String.raw`a_total 5 1000
g{x="ü\"\n\\"} NaN
u -Inf
s_seconds{quantile="0.5"} 0.25
s_seconds_sum 1.5
s_seconds_count 3
h_bucket{k="v",le="0.5"} 3
h_bucket{k="v",le="1.0"} 9
h_bucket{k="v",le="+Inf"} 14
h_sum{k="v"} 18.5
h_count{k="v"} 14
`,
          never,
        ),
      ),
    );
    expect(parsed.metadata.get('a_total')).toEqual({ type: 'counter', help: 'A "b"\\.', unit: '' });
    expect(parsed.metadata.get('s_seconds')).toMatchObject({ type: 'summary', unit: 'seconds' });
    expect(parsed.metadata.get('u')).toMatchObject({ type: 'unknown' });
    expect(parsed.metadata.has('empty')).toBe(false);
  });

  it('reads a native histogram as one row, its empty buckets left out', () => {
    const parsed = parse([{ name: 'h', type: 4, metrics: [{ histogram: latency }] }]);
    expect(parsed.series).toEqual(['h']);
    expect(parsed.histograms.get(0)).toEqual({
      schema: 1,
      count: 14,
      sum: 18.5,
      zeroThreshold: 0.001,
      zeroCount: 2,
      positive: { indices: [0, 1, 4], counts: [3, 2, 6] },
      negative: { indices: [-2], counts: [1] },
      customValues: [],
      hint: 'unknown',
    });
  });

  it('keeps one that is finer than schema 8 in schema 8', () => {
    // Buckets 0, 1, 4 and -2 of schema 10 are four to one of schema 8: ceil(i / 4).
    const fine = { ...latency, native: { ...latency.native, schema: 10 } };
    const parsed = parse([{ name: 'h', type: 4, metrics: [{ histogram: fine }] }]);
    expect(parsed.histograms.get(0)).toMatchObject({
      schema: 8,
      count: 14,
      positive: { indices: [0, 1], counts: [3, 8] },
      negative: { indices: [0], counts: [1] },
    });
  });

  it('reads its classic series too where they are asked for and there are buckets', () => {
    const both = { native: true, classicToo: true };
    const { buckets: _, ...bare } = latency;
    expect(parse([{ name: 'h', type: 4, metrics: [{ histogram: latency }] }], both).series).toEqual(
      ['h', 'h_bucket{le="0.5"}', 'h_bucket{le="1.0"}', 'h_bucket{le="+Inf"}', 'h_sum', 'h_count'],
    );
    expect(parse([{ name: 'h', type: 4, metrics: [{ histogram: bare }] }], both).series).toEqual([
      'h',
    ]);
    expect(parse([{ name: 'h', type: 4, metrics: [{ histogram: bare }] }], CLASSIC).series).toEqual(
      ['h_bucket{le="+Inf"}', 'h_sum', 'h_count'],
    );
  });

  it('knows a native histogram that has counted nothing by its empty span', () => {
    const histogram = { count: 0, sum: 0, native: { schema: 3 } };
    const spanned = { ...histogram, native: { schema: 3, positiveSpans: [[0, 0]] as const } };
    expect(parse([{ name: 'h', type: 4, metrics: [{ histogram }] }]).histograms.size).toBe(0);
    expect(parse([{ name: 'h', type: 4, metrics: [{ histogram: spanned }] }]).histograms.size).toBe(
      1,
    );
  });

  it('reads histograms of floats, and marks those that are gauges', () => {
    const histogram = {
      countFloat: 3.5,
      sum: 2,
      native: {
        schema: 0,
        zeroCountFloat: 0.5,
        positiveSpans: [[1, 2]] as const,
        positiveCounts: [1, 2],
      },
    };
    const parsed = parse([{ name: 'h', type: 5, metrics: [{ histogram }] }]);
    expect(parsed.histograms.get(0)).toMatchObject({
      count: 3.5,
      zeroCount: 0.5,
      positive: { indices: [1, 2], counts: [1, 2] },
      hint: 'gauge',
    });
    expect(parsed.metadata.get('h')).toMatchObject({ type: 'gaugehistogram' });
  });

  it('hands exemplars on: of counters and buckets, and of native histograms those with a time', () => {
    const traced = (id: string, time?: number) => ({
      labels: [['trace_id', id]] as const,
      value: 0.5,
      ...(time === undefined ? {} : { time }),
    });
    const buckets = [
      [0.5, 3, traced('bucket', 1500)],
      [1, 9, traced('timeless')],
    ] as const;
    const own = { ...latency.native, exemplars: [traced('own', 2500), traced('none')] };
    const labelsOf = (family: SentFamily, faces = NATIVE) => {
      const { exemplars, series } = parse([family], faces);
      return exemplars.map(({ row, labels, time }) => [series[row], labels['trace_id'], time]);
    };
    const counter = { counter: 5, exemplar: traced('c') };
    expect(labelsOf({ name: 'c_total', type: 0, metrics: [counter] })).toEqual([
      ['c_total', 'c', Number.NaN],
    ]);
    const histogram = { ...latency, buckets };
    expect(labelsOf({ name: 'h', type: 4, metrics: [{ histogram }] }, CLASSIC)).toEqual([
      ['h_bucket{le="0.5"}', 'bucket', 1500],
      ['h_bucket{le="1.0"}', 'timeless', Number.NaN],
    ]);
    expect(labelsOf({ name: 'h', type: 4, metrics: [{ histogram }] })).toEqual([
      ['h', 'bucket', 1500],
    ]);
    expect(
      labelsOf({ name: 'h', type: 4, metrics: [{ histogram: { ...histogram, native: own } }] }),
    ).toEqual([['h', 'own', 2500]]);
  });

  it('reads names that the text format must quote', () => {
    const gauge = { gauge: 1, labels: [['dotted.label', 'v']] as const };
    const [series] = parse([{ name: 'dotted.name', type: 1, metrics: [gauge] }]).series;
    expect(parseSeriesText(series!)).toEqual({ __name__: 'dotted.name', 'dotted.label': 'v' });
  });

  const wrong = (metric: SentFamily['metrics'][number], type = 4): SentFamily[] => [
    { name: 'good', type: 1, metrics: [{ gauge: 1 }] },
    { name: 'bad', type, metrics: [metric] },
  ];
  const native = (more: object) => ({
    histogram: { count: 14, sum: 1, native: { ...latency.native, ...more } },
  });
  it.each<[string, SentFamily[], string]>([
    ['a value of another type', wrong({ counter: 1 }, 1), 'bad has no gauge, as its type says'],
    ['an unknown type', wrong({ gauge: 1 }, 9), 'bad is of type 9, which there is not'],
    [
      'a label twice',
      wrong(
        {
          gauge: 1,
          labels: [
            ['a', '1'],
            ['a', '2'],
          ],
        },
        1,
      ),
      'stands twice',
    ],
    ['a label without a name', wrong({ gauge: 1, labels: [['', '1']] }, 1), 'has no name'],
    ['a family without a name', [{ name: '', type: 1, metrics: [{ gauge: 1 }] }], 'has no name'],
    ['spans without buckets', wrong(native({ positiveSpans: [[0, 9]] })), 'spans describe 9'],
    ['a count that is not that of its buckets', wrong(native({ zeroCount: 3 })), 'and it says 14'],
    ['a schema there is not', wrong(native({ schema: 53 })), 'schema 53 is none'],
  ])('refuses %s, and says at which byte', (_, families, message) => {
    expect(() => parse(families)).toThrow(ExpositionError);
    expect(() => parse(families)).toThrow(/^byte \d+: /);
    expect(() => parse(families)).toThrow(message);
  });

  it('refuses a body that was cut off, at each byte that is no end of a family', () => {
    const first = encodeFamilies([{ name: 'a', type: 1, metrics: [{ gauge: 1 }] }]);
    const whole = Buffer.concat([first, first]);
    for (let length = 1; length < whole.length; length++) {
      if (length === first.length) continue;
      expect(() => parseProtobuf(whole.subarray(0, length), never, NATIVE)).toThrow(/byte \d+/);
    }
  });

  it('reads no metric and no text that is longer than a mebibyte', () => {
    const long = 'x'.repeat(2 ** 20);
    const labels = [['l', long]] as const;
    const metrics = [{ gauge: 1 }];
    for (const family of [
      { name: 'a', type: 1, metrics: [{ gauge: 1, labels }] },
      { name: 'a', help: `${long}x`, type: 1, metrics },
      { name: `${long}x`, type: 1, metrics },
    ])
      expect(() => parse([family])).toThrow(/^byte \d+: a metric or text is longer than 1048576/);
  });

  it('refuses text that is not UTF-8', () => {
    const bytes = encodeFamilies([
      { name: 'a', type: 1, metrics: [{ gauge: 1, labels: [['l', '~']] }] },
    ]);
    bytes[bytes.indexOf('~'.charCodeAt(0))] = 0xff;
    expect(() => parseProtobuf(bytes, never, NATIVE)).toThrow('is not valid UTF-8');
  });
});
