import {
  type Exposition,
  ExpositionError,
  parseOpenMetrics,
  parseProtobuf,
  parseSeriesText,
  parseTextFormat,
} from '@bellwether/formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../outbound/read-limited.ts';
import { encodeFamilies } from '../../testing/encode.ts';
import { mutations } from '../../testing/mutations.ts';

/** `FUZZ_RUNS=100000 npx vitest run --project unit packages/server/src/collect/scrape/exposition.fuzz` for a long one. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);

const never = (): boolean => false;

const TEXT = `# HELP requests_total Requests with "quotes" and \\\\.
# TYPE requests_total counter
requests_total{code="200",path="/a\\"b\\\\c\\nd"} 1.5e3 1700000000000
requests_total{code="größe",} NaN
{"dotted.name","dotted.label"="ñ"} -Inf
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.5"} 3
latency_seconds_bucket{le="+Inf"} 5
latency_seconds_sum 18.25
latency_seconds_count 5
`;

const OPENMETRICS = `# TYPE foo_seconds histogram
# UNIT foo_seconds seconds
# HELP foo_seconds Text with \\"quotes\\".
foo_seconds_bucket{le="0.1"} 8 # {} 0.054
foo_seconds_bucket{le="1"} 11 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67
foo_seconds_bucket{le="+Inf"} 17 # {trace_id="oHg5SJ#YRHA0",span="}"} 9.8 1520879607.789
foo_seconds_count 17
foo_seconds_sum 324789.3
foo_seconds_created 1605281325.0
# TYPE state stateset
state{state="a"} 1
# EOF
`;

const exemplar = { labels: [['trace_id', 'abc']] as const, value: 0.5, time: 1_700_000_000_123 };
const PROTOBUF = encodeFamilies([
  { name: 'c_total', help: 'Hilfe für c.', type: 0, metrics: [{ counter: 5, exemplar, time: 1 }] },
  { name: 'g.dotted', type: 1, metrics: [{ labels: [['größe', 'ñ']], gauge: 1 }] },
  {
    name: 's_seconds',
    unit: 'seconds',
    type: 2,
    metrics: [{ summary: { count: 3, sum: 1.5, quantiles: [[0.5, 0.25]] } }],
  },
  { name: 'u', type: 3, metrics: [{ untyped: 2 }] },
  {
    name: 'h',
    type: 4,
    metrics: [
      {
        labels: [['k', 'v']],
        histogram: {
          count: 14,
          sum: 18.5,
          buckets: [[0.5, 3, exemplar]],
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
            exemplars: [exemplar],
          },
        },
      },
    ],
  },
  {
    name: 'f',
    type: 5,
    metrics: [
      {
        histogram: {
          countFloat: 3.5,
          sum: 2,
          native: {
            schema: 0,
            zeroCountFloat: 0.5,
            positiveSpans: [[1, 2]],
            positiveCounts: [1, 2],
          },
        },
      },
    ],
  },
]);

type Parse = (bytes: Buffer) => Exposition;

/** As fetch-exposition.ts does: what is no UTF-8 never reaches a parser of text. */
const text =
  (parse: (text: string, known: (series: string) => boolean) => Exposition): Parse =>
  (bytes) =>
    parse(textOf(bytes), never);

const formats: [string, Buffer, Parse][] = [
  ['text 0.0.4', Buffer.from(TEXT), text(parseTextFormat)],
  ['OpenMetrics', Buffer.from(OPENMETRICS), text(parseOpenMetrics)],
  [
    'protobuf',
    PROTOBUF,
    (bytes) => parseProtobuf(bytes, never, { native: true, classicToo: true }),
  ],
];

/** Where it is: a line and column, a byte, or the end that is missing. */
const PLACE = /^line \d+, column \d+: |# EOF|\bbyte \d+/;

describe.each(formats)('%s', (name, valid, parse) => {
  it('is read whole when it is not changed', () => {
    const { series, exemplars, histograms } = parse(valid);
    expect(series.length).toBeGreaterThan(5);
    expect(exemplars.length > 0).toBe(name !== 'text 0.0.4');
    expect(histograms.size).toBe(name === 'protobuf' ? 2 : 0);
  });

  it('is read as columns that fit together, or refused with one error that names the place', {
    timeout: 3_600_000,
  }, () => {
    let [seen, refused] = [0, 0];
    fc.assert(
      fc.property(mutations(valid), (bytes) => {
        if (++seen % 20_000 === 0) process.stderr.write(`${name} ${seen} ${memory()}\n`);
        try {
          check(parse(bytes));
        } catch (error) {
          refused++;
          if (error instanceof Error && error.message === 'the answer is not UTF-8 text') return;
          if (error instanceof ExpositionError && PLACE.test(error.message)) return;
          throw error;
        }
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(RUNS / 10);
    expect(refused).toBeLessThan(seen);
  });
});

function check({ series, values, times, histograms, exemplars, metadata }: Exposition): void {
  if (values.length !== series.length || times.length !== series.length)
    throw new Error('columns of different length');
  for (const each of series) if (parseSeriesText(each)['__name__'] === '') throw new Error(each);
  for (const time of times) if (Math.abs(time) === Infinity) throw new Error(`at ${time}`);
  for (const [row, { count, positive, negative }] of histograms) {
    if (!(row < series.length) || !(count >= 0)) throw new Error(`histogram ${row}: ${count}`);
    for (const { indices, counts } of [positive, negative])
      if (indices.length !== counts.length) throw new Error(`histogram ${row}: buckets`);
  }
  for (const { row, labels } of exemplars)
    if (!(row < series.length) || labels === null) throw new Error(`exemplar ${row}`);
  for (const { type } of metadata.values()) if (type === undefined) throw new Error('metadata');
}

function memory(): string {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return `heap ${Math.round(heapUsed / 2 ** 20)} MiB, rss ${Math.round(rss / 2 ** 20)} MiB`;
}
