import type { SampleInput, SentSeries } from '@bellwether/formats';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { PbfWriter } from 'pbf';
import { compressSync } from 'snappy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectingSink } from '../collect/wire/collecting-sink.ts';
import { encodeV1, encodeV2 } from '../testing/encode.ts';
import { mutations } from '../testing/mutations.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { otlpRoutes } from './otlp.ts';
import { remoteWriteRoutes } from './remote-write.ts';

/** `FUZZ_RUNS=100000 npx vitest run --project unit packages/server/src/api/push-doors.fuzz` for a long one. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);

const series: SentSeries[] = [
  {
    labels: [
      ['__name__', 'http_requests_total'],
      ['code', '200'],
      ['größe', 'ñ'],
    ],
    samples: [
      [1_700_000_000_000, 1],
      [1_700_000_015_000, 'stale'],
    ],
    exemplars: [{ labels: [['trace_id', 'abc']], value: 1, time: 1_700_000_000_000 }],
    metadata: { type: 1, help: 'Requests.', unit: '' },
    created: 1_600_000_000_000,
  },
  {
    labels: [['__name__', 'latency']],
    histograms: [
      {
        time: 1_700_000_000_000,
        count: 14,
        sum: 18.4,
        schema: 1,
        zeroCount: 2,
        positiveSpans: [
          [0, 2],
          [2, 1],
        ],
        positiveDeltas: [3, -1, 4],
        negativeSpans: [[-2, 1]],
        negativeDeltas: [1],
      },
      {
        time: 1_700_000_001_000,
        count: 7,
        sum: 100,
        schema: -53,
        positiveSpans: [[1, 2]],
        positiveDeltas: [3, 1],
        customValues: [5, 10],
      },
    ],
  },
];

const point = { startTimeUnixNano: '1699999990000000000', timeUnixNano: '1700000000000000000' };
const attributes = [
  { key: 'a.b', value: { stringValue: 'x' } },
  {
    key: 'n',
    value: { arrayValue: { values: [{ intValue: '5' }, { kvlistValue: { values: [] } }] } },
  },
];
const otlpJson = {
  resourceMetrics: [
    {
      resource: {
        attributes: [...attributes, { key: 'service.name', value: { stringValue: 's' } }],
      },
      scopeMetrics: [
        {
          scope: { name: 'scope', attributes },
          metrics: [
            { name: 'g', gauge: { dataPoints: [{ ...point, asDouble: 1, attributes }] } },
            {
              name: 's',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [{ ...point, asInt: '3', exemplars: [{ asDouble: 1, traceId: 'aa' }] }],
              },
            },
            {
              name: 'h',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  { ...point, count: '3', sum: 2, bucketCounts: ['1', '2'], explicitBounds: [1] },
                ],
              },
            },
            {
              name: 'e',
              exponentialHistogram: {
                aggregationTemporality: 1,
                dataPoints: [
                  {
                    ...point,
                    count: 3,
                    scale: 9,
                    zeroCount: 1,
                    positive: { offset: 1, bucketCounts: [0, 2] },
                  },
                ],
              },
            },
            {
              name: 'q',
              summary: {
                dataPoints: [
                  { ...point, count: 1, sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
};

/** The same kinds of points in protobuf, by the field numbers of opentelemetry-proto's metrics.proto. */
function otlpProtobuf(): Buffer {
  const message = (field: number, write: (w: PbfWriter) => void) => (w: PbfWriter) =>
    w.writeMessage(field, (_, inner) => write(inner), undefined);
  const all =
    (...parts: ((w: PbfWriter) => void)[]) =>
    (w: PbfWriter) => {
      for (const part of parts) part(w);
    };
  const attribute = (field: number) =>
    message(
      field,
      all(
        (w) => w.writeStringField(1, 'a.b'),
        message(
          2,
          message(
            5,
            message(1, (w) => w.writeVarintField(3, 5)),
          ),
        ),
      ),
    );
  const times = (w: PbfWriter): void => {
    w.writeFixed64Field(2, 1.69999999e18);
    w.writeFixed64Field(3, 1.7e18);
  };
  const name = (text: string) => (w: PbfWriter) => w.writeStringField(1, text);
  const delta = (w: PbfWriter) => w.writeVarintField(2, 1);
  const number = all(times, (w) => w.writeDoubleField(4, 1), attribute(7));
  const histogram = all(
    times,
    attribute(9),
    (w) => w.writeFixed64Field(4, 3),
    (w) => w.writePackedFixed64(6, [1, 2]),
    (w) => w.writePackedDouble(7, [1]),
  );
  const buckets = all(
    (w) => w.writeSVarintField(1, 1),
    (w) => w.writePackedVarint(2, [0, 2]),
  );
  const exponential = all(
    attribute(1),
    times,
    (w) => w.writeFixed64Field(4, 3),
    (w) => w.writeSVarintField(6, 9),
    (w) => w.writeFixed64Field(7, 1),
    message(8, buckets),
  );
  const quantile = all(
    (w) => w.writeDoubleField(1, 0.5),
    (w) => w.writeDoubleField(2, 1),
  );
  const metrics = all(
    message(2, all(name('g'), message(5, message(1, number)))),
    message(2, all(name('s'), message(7, all(message(1, number), delta)))),
    message(2, all(name('h'), message(9, all(message(1, histogram), delta)))),
    message(2, all(name('e'), message(10, all(message(1, exponential), delta)))),
    message(2, all(name('q'), message(11, message(1, all(times, message(6, quantile)))))),
  );
  const writer = new PbfWriter();
  message(1, all(message(1, attribute(1)), message(2, metrics)))(writer);
  return Buffer.from(writer.finish());
}

let app: FastifyInstance;
let sink: CollectingSink;

beforeEach(async () => {
  sink = new CollectingSink();
  app = Fastify();
  receiveBodies(app);
  await app.register(remoteWriteRoutes, { prefix: '/api/v1', sink });
  await app.register(otlpRoutes, { sink });
});
afterEach(() => app.close());

function wellFormed({ time, value, stale, histogram }: SampleInput): boolean {
  const kinds = [
    !Number.isNaN(value) && histogram === undefined,
    stale === true,
    histogram !== undefined,
  ];
  const plain = Number.isNaN(value) && stale !== true && histogram === undefined;
  return Number.isFinite(time) && (plain || kinds.filter(Boolean).length === 1);
}

const doors: [string, Buffer, Record<string, string>][] = [
  ['remote write 1.0', encodeV1(series), { 'content-type': 'application/x-protobuf' }],
  [
    'remote write 2.0',
    encodeV2(series),
    { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
  ],
  ['OTLP in protobuf', otlpProtobuf(), { 'content-type': 'application/x-protobuf' }],
  ['OTLP in JSON', Buffer.from(JSON.stringify(otlpJson)), { 'content-type': 'application/json' }],
];

describe.each(doors)('%s', (door, valid, headers) => {
  const remoteWrite = door.startsWith('remote write');
  const url = remoteWrite ? '/api/v1/write' : '/v1/metrics';

  async function send(body: Buffer): Promise<{ code: number; text: string }> {
    const payload = remoteWrite ? compressSync(body) : body;
    const answer = await app.inject({ method: 'POST', url, headers, payload });
    return { code: answer.statusCode, text: answer.body };
  }

  it('takes the body that is not changed', async () => {
    const { code, text } = await send(valid);
    expect(code, text).toBe(remoteWrite ? 204 : 200);
    expect(text).not.toContain('rror');
    expect(sink.sampleCount).toBeGreaterThan(3);
  });

  it('answers every changed body with 2xx or 4xx, and stores only what is whole', {
    timeout: 3_600_000,
  }, async () => {
    const codes = new Set<number>();
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(mutations(valid), async (body) => {
        const { code, text } = await send(body);
        codes.add(code);
        if (++seen % 20_000 === 0) process.stderr.write(`${door} ${seen} ${memory()}\n`);
        if (![200, 204, 400, 413].includes(code)) throw new Error(`${code}: ${text}`);
        if (code === 413 || (code === 400 && text.includes('should be'))) return;
        for (const { labels, samples } of sink.series.values()) {
          for (const [name, value] of Object.entries(labels))
            if (name === '' || value === '') throw new Error(`empty: ${JSON.stringify(labels)}`);
          for (const sample of samples.values())
            if (!wellFormed(sample)) throw new Error(JSON.stringify({ labels, sample }));
        }
        sink.series.clear();
      }),
      { numRuns: RUNS },
    );
    expect(codes.size).toBeGreaterThan(1);
  });
});

function memory(): string {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return `heap ${Math.round(heapUsed / 2 ** 20)} MiB, rss ${Math.round(rss / 2 ** 20)} MiB`;
}
