import { gzipSync } from 'node:zlib';
import {
  DEFAULT_OTLP_SETTINGS,
  DEFAULT_RECEIVE_LIMITS,
  type ExemplarInput,
  type OtlpSettings,
  type PushedMetadata,
} from '@bellwether/formats';
import compress from '@fastify/compress';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import Fastify, { type FastifyInstance } from 'fastify';
import { PbfReader, PbfWriter } from 'pbf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectingSink } from '../collect/wire/collecting-sink.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { otlpRoutes } from './otlp.ts';

let app: FastifyInstance;
let sink: CollectingSink;
let metadata: Map<string, PushedMetadata>;
let exemplars: ExemplarInput[];
let keepExemplars: (some: readonly ExemplarInput[]) => Promise<number>;

async function open(settings: Partial<OtlpSettings> = {}): Promise<void> {
  await app?.close();
  sink = new CollectingSink();
  metadata = new Map();
  exemplars = [];
  keepExemplars = async (some) => exemplars.push(...some);
  app = Fastify({ forceCloseConnections: true });
  receiveBodies(app);
  await app.register(compress, { global: true });
  await app.register(otlpRoutes, {
    sink,
    metadata: (name, about) => metadata.set(name, about),
    exemplars: (some) => keepExemplars(some),
    settings: { ...DEFAULT_OTLP_SETTINGS, ...settings },
    limits: { ...DEFAULT_RECEIVE_LIMITS, samples: 5000, bodyBytes: 1 << 20, parts: 200_000 },
  });
}

beforeEach(() => open());
afterEach(() => app.close());

const exporters = { protobuf: ProtobufExporter, json: JsonExporter };

describe.each([
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
  ['json', 'none'],
  ['json', 'gzip'],
] as const)("OpenTelemetry's own exporter, %s, compression %s", (encoding, compression) => {
  async function exporting(temporality: AggregationTemporality, exponential = false) {
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const exporter = new exporters[encoding]({
      url: `${address}/v1/metrics`,
      compression: compression as never,
      temporalityPreference: temporality as never,
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({
      resource: resourceFromAttributes({
        'service.name': 'spam',
        'service.namespace': 'mail',
        'service.instance.id': 'pod-1',
        'deployment.environment': 'prod',
      }),
      readers: [reader],
      views: exponential
        ? [
            {
              instrumentName: '*',
              aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
            },
          ]
        : [],
    });
    return { meter: provider.getMeter('test', '1.2.3'), provider };
  }
  const series = { job: 'mail/spam', instance: 'pod-1' };

  it('delivers counters, gauges, histograms and the resource under the names Prometheus gives them', async () => {
    const { meter, provider } = await exporting(AggregationTemporality.CUMULATIVE);
    const before = Date.now();
    meter.createCounter('http.requests', { unit: '{request}', description: 'Requests.' }).add(3, {
      'http.method': 'GET',
      code: 200,
    });
    meter.createUpDownCounter('queue.size').add(-2);
    meter.createObservableGauge('cpu.usage', { unit: '1' }).addCallback((r) => r.observe(0.25));
    const latency = meter.createHistogram('latency', {
      unit: 's',
      advice: { explicitBucketBoundaries: [0.1, 1, 2.5] },
    });
    for (const value of [0.05, 0.1, 0.5, 3]) latency.record(value);
    await provider.forceFlush();

    const requests = sink.samples({ ...series, __name__: 'http_requests_total' });
    expect(requests.at(-1)).toMatchObject({ value: 3 });
    expect(requests.at(-1)!.time).toBeGreaterThanOrEqual(before);
    expect(requests.at(-1)!.time).toBeLessThanOrEqual(Date.now());
    expect([...sink.series.values()].find(({ labels }) => labels['code'])!.labels).toEqual({
      __name__: 'http_requests_total',
      http_method: 'GET',
      code: '200',
      ...series,
    });
    const last = (name: string, labels = {}) =>
      sink.samples({ ...series, __name__: name, ...labels }).at(-1)!.value;
    expect(last('queue_size')).toBe(-2);
    expect(last('cpu_usage_ratio')).toBe(0.25);
    expect(last('latency_seconds_count')).toBe(4);
    expect(last('latency_seconds_sum')).toBeCloseTo(3.65, 12);
    const buckets = ['0.1', '1', '2.5', '+Inf'].map((le) => last('latency_seconds_bucket', { le }));
    expect(buckets).toEqual([2, 3, 3, 4]);
    expect(last('target_info', { deployment_environment: 'prod' })).toBe(1);
    expect(Object.fromEntries(metadata)).toMatchObject({
      http_requests_total: { type: 'counter', help: 'Requests.', unit: '' },
      queue_size: { type: 'gauge' },
      cpu_usage_ratio: { type: 'gauge' },
      latency_seconds: { type: 'histogram', unit: 'seconds' },
    });
    await provider.shutdown();
  });

  it('sums up deltas, from zero', async () => {
    const { meter, provider } = await exporting(AggregationTemporality.DELTA);
    const counter = meter.createCounter('hits');
    const sizes = meter.createHistogram('sizes', {
      advice: { explicitBucketBoundaries: [10, 100] },
    });
    for (const value of [5, 7, 50]) {
      counter.add(value);
      sizes.record(value);
      await provider.forceFlush();
    }
    const values = (labels: Record<string, string>) =>
      sink.samples({ ...series, ...labels }).map(({ value }) => value);
    expect(values({ __name__: 'hits_total' }).filter((value) => value > 0)).toEqual([5, 12, 62]);
    expect(values({ __name__: 'sizes_bucket', le: '10' }).slice(-3)).toEqual([1, 2, 2]);
    expect(values({ __name__: 'sizes_bucket', le: '+Inf' }).slice(-3)).toEqual([1, 2, 3]);
    expect(values({ __name__: 'sizes_sum' }).slice(-3)).toEqual([5, 12, 62]);
    await provider.shutdown();
  });

  it('delivers exponential histograms as native ones', async () => {
    const { meter, provider } = await exporting(AggregationTemporality.CUMULATIVE, true);
    const latency = meter.createHistogram('latency', { unit: 's' });
    const values = [0, 0.001, 0.5, 1, 1.5, 800];
    for (const value of values) latency.record(value);
    await provider.forceFlush();
    const { histogram } = sink.samples({ ...series, __name__: 'latency_seconds' }).at(-1)!;
    const { schema, positive, count, sum, zeroCount } = histogram!;
    expect({ count, zeroCount }).toEqual({ count: 6, zeroCount: 1 });
    expect(sum).toBeCloseTo(803.001, 9);
    expect(positive.counts.reduce((a, b) => a + b, 0)).toBe(5);
    // Every value lies in a bucket: 2^((i-1)/2^schema) < value <= 2^(i/2^schema).
    for (const value of values.slice(1)) {
      const index = Math.ceil(Math.log2(value) * 2 ** schema);
      expect(positive.indices).toContain(index);
    }
    await provider.shutdown();
  });
});

const nanos = (ms: number): string => `${ms}000000`;
const now = Date.now();

interface Answer {
  readonly code: number;
  readonly body: { message?: string; partialSuccess?: Record<string, string> };
  readonly headers: Record<string, unknown>;
}

async function postJson(metrics: readonly object[], resource = {}, scope = {}): Promise<Answer> {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/metrics',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({
      resourceMetrics: [{ resource, scopeMetrics: [{ ...scope, metrics }] }],
    }),
  });
  return { code: response.statusCode, body: response.json(), headers: response.headers };
}

const gauge = (name: string, point: object): object => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: nanos(now), asDouble: 1, ...point }] },
});
const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

describe('OTLP in JSON', () => {
  it('reads the example of the specification', async () => {
    // opentelemetry-proto, examples/metrics.json, with times of today.
    const point = { startTimeUnixNano: nanos(now - 1000), timeUnixNano: nanos(now) };
    const attributes = [text('my.counter.attr', 'some value')];
    const answer = await postJson(
      [
        {
          name: 'my.counter',
          unit: '1',
          description: 'I am a Counter',
          sum: {
            aggregationTemporality: 2,
            isMonotonic: true,
            dataPoints: [{ asDouble: 5, ...point, attributes }],
          },
        },
        {
          name: 'my.histogram',
          unit: '1',
          histogram: {
            aggregationTemporality: 2,
            dataPoints: [
              {
                ...point,
                count: 2,
                sum: 2,
                bucketCounts: [1, 1],
                explicitBounds: [1],
                min: 0,
                max: 2,
              },
            ],
          },
        },
        {
          name: 'my.exponential.histogram',
          exponentialHistogram: {
            aggregationTemporality: 2,
            dataPoints: [
              {
                ...point,
                count: 3,
                sum: 10,
                scale: 0,
                zeroCount: 1,
                positive: { offset: 1, bucketCounts: [0, 2] },
                zeroThreshold: 0,
              },
            ],
          },
        },
      ],
      { attributes: [text('service.name', 'my.service')] },
    );
    expect(answer).toMatchObject({ code: 200, body: {} });
    expect(answer.headers['content-type']).toContain('application/json');
    expect(sink.samples({ __name__: 'my_counter_total', my_counter_attr: 'some value' })).toEqual([
      { time: now - 1000, value: 0 },
      { time: now, value: 5 },
    ]);
    expect(sink.samples({ __name__: 'my_histogram_bucket', le: '1' }).at(-1)).toMatchObject({
      value: 1,
    });
    const exponential = sink.samples({ __name__: 'my_exponential_histogram' }).at(-1)!;
    expect(exponential.histogram!.positive).toEqual({ indices: [3], counts: [2] });
    expect(sink.names()).not.toContain('target_info');
  });

  it('writes attributes of every kind as text', async () => {
    const attributes = [
      ['a', { boolValue: true }],
      ['b', { intValue: '9223372036854775807' }],
      ['c', { doubleValue: 1.5 }],
      ['d', { bytesValue: 'AQI=' }],
      ['e', { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'x' }] } }],
      ['f', { kvlistValue: { values: [{ key: 'k', value: { boolValue: false } }] } }],
      ['g', {}],
    ].map(([key, value]) => ({ key, value }));
    await postJson([gauge('m', { attributes })]);
    expect([...sink.series.values()][0]!.labels).toEqual({
      __name__: 'm',
      a: 'true',
      b: '9223372036854775807',
      c: '1.5',
      d: 'AQI=',
      e: '[1,"x"]',
      f: '{"k":false}',
    });
  });

  it('joins attributes that become one label, in the order of their names', async () => {
    await postJson([gauge('m', { attributes: [text('a_b', '2'), text('a.b', '1')] })]);
    expect([...sink.series.values()][0]!.labels).toEqual({ __name__: 'm', a_b: '1;2' });
  });

  it('keeps series apart whose labels only look alike', async () => {
    const one = gauge('m', { attributes: [text('a', 'xÿb=1;b'), text('b', 'y')] });
    const other = gauge('m', { attributes: [text('a', 'x'), text('b', 'bÿb=1;y')] });
    await postJson([one, other]);
    expect(sink.samples({ a: 'xÿb=1;b', b: 'y' })).toHaveLength(1);
    expect(sink.samples({ a: 'x', b: 'bÿb=1;y' })).toHaveLength(1);
  });

  it('stores a point without a recorded value as stale', async () => {
    await postJson([gauge('m', { flags: 1, asDouble: undefined })]);
    expect(sink.samples({ __name__: 'm' })).toEqual([
      { time: now, value: Number.NaN, stale: true },
    ]);
  });

  it('makes a restart visible that ends above where it began', async () => {
    const sum = (start: number, time: number, asInt: string): object => ({
      name: 'c',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [{ startTimeUnixNano: nanos(start), timeUnixNano: nanos(time), asInt }],
      },
    });
    await postJson([sum(now - 90_000, now - 60_000, '10')]);
    await postJson([sum(now - 90_000, now - 30_000, '12')]);
    await postJson([sum(now - 20_000, now, '15')]);
    expect(
      sink.samples({ __name__: 'c_total' }).map(({ time, value }) => [time - now, value]),
    ).toEqual([
      [-90_000, 0],
      [-60_000, 10],
      [-30_000, 12],
      [-20_000, 0],
      [0, 15],
    ]);
  });

  it('stores summaries with their quantiles', async () => {
    const quantileValues = [
      { quantile: 0.5, value: 1.5 },
      { quantile: 1, value: 9 },
    ];
    const dataPoints = [{ timeUnixNano: nanos(now), count: '4', sum: 12, quantileValues }];
    await postJson([{ name: 's', summary: { dataPoints } }]);
    expect(sink.samples({ __name__: 's_count' })[0]!.value).toBe(4);
    expect(sink.samples({ __name__: 's_sum' })[0]!.value).toBe(12);
    expect(sink.samples({ __name__: 's', quantile: '0.5' })[0]!.value).toBe(1.5);
    expect(sink.samples({ __name__: 's', quantile: '1' })[0]!.value).toBe(9);
  });

  it('hands on exemplars at the bucket they fall into, with their trace', async () => {
    const exemplar = {
      timeUnixNano: nanos(now),
      asDouble: 0.7,
      traceId: '5B8EFFF798038103D269B633813FC60C',
      spanId: 'EEE19B7EC3C1B174',
      filteredAttributes: [text('user', 'u1')],
    };
    const point = {
      timeUnixNano: nanos(now),
      count: 2,
      bucketCounts: [1, 1],
      explicitBounds: [0.5],
    };
    const dataPoints = [{ ...point, exemplars: [exemplar] }];
    await postJson([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints } }]);
    expect(exemplars).toEqual([
      {
        series: { __name__: 'h_bucket', le: '+Inf' },
        labels: {
          user: 'u1',
          trace_id: '5b8efff798038103d269b633813fc60c',
          span_id: 'eee19b7ec3c1b174',
        },
        value: 0.7,
        time: now,
      },
    ]);
  });

  it('comes again where its exemplars could not be stored, and no delta counts twice', async () => {
    const exemplar = { timeUnixNano: nanos(now), asDouble: 1, traceId: 'aa' };
    const point = {
      startTimeUnixNano: nanos(now - 1000),
      timeUnixNano: nanos(now),
      asDouble: 5,
      exemplars: [exemplar],
    };
    const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] };
    const request = [{ name: 'd', sum }];
    keepExemplars = () => Promise.reject(new Error('disk full'));
    expect((await postJson(request)).code).toBe(503);
    keepExemplars = async (some) => exemplars.push(...some);
    const again = await postJson(request);
    expect(again.code).toBe(200);
    expect(again.body).toEqual({});
    expect(exemplars).toHaveLength(1);
    expect(sink.samples({ __name__: 'd_total' }).at(-1)).toMatchObject({ time: now, value: 5 });
  });
});

describe('what is not taken', () => {
  it('is named in a partial success, and the rest is stored', async () => {
    const answer = await postJson([
      gauge('good', {}),
      gauge('@#$', {}),
      gauge('timeless', { timeUnixNano: '0' }),
      { name: 'aimless', sum: { dataPoints: [{ timeUnixNano: nanos(now), asInt: 1 }] } },
    ]);
    expect(answer.code).toBe(200);
    expect(answer.body.partialSuccess).toMatchObject({ rejectedDataPoints: '3' });
    const { errorMessage } = answer.body.partialSuccess!;
    expect(errorMessage).toContain('metric "@#$": its name leaves nothing');
    expect(errorMessage).toContain('metric "timeless": a data point has no time');
    expect(errorMessage).toContain('metric "aimless": it does not say its aggregation temporality');
    expect(sink.names()).toEqual(['good']);
  });

  it('counts a histogram that the store refuses as one data point', async () => {
    const histogram = (count: number): object => ({
      name: 'h',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          { timeUnixNano: nanos(now), count, bucketCounts: [count, 0], explicitBounds: [1] },
        ],
      },
    });
    await postJson([histogram(1)]);
    const { body } = await postJson([histogram(2)]);
    expect(body.partialSuccess).toMatchObject({ rejectedDataPoints: '1' });
    expect(body.partialSuccess!['errorMessage']).toContain('h_bucket{le="1"}');
  });

  it.each([
    ['{', 'the body is not JSON'],
    ['[]', 'the body must be an object, and is a list'],
    [
      '{"resourceMetrics":[{"schemaUrl":1,"scopeMetrics":[{"schemaUrl":"\\ud800"}]}]}',
      'valid Unicode',
    ],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'the body must be an object'],
    ['{"resourceMetrics":[{"scopeMetrics":3}]}', 'resourceMetrics[0].scopeMetrics must be a list'],
  ])('is the whole of a body like %s, and a status says why', async (payload, message) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().message).toContain(message);
  });

  it('is answered in protobuf when it came in protobuf', async () => {
    const headers = { 'content-type': 'application/x-protobuf' };
    const payload = Buffer.from('0a05ff', 'hex');
    const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/x-protobuf');
    // google.rpc.Status: 1 is the code, 2 the message.
    const reader = new PbfReader(answer.rawPayload);
    expect([reader.nextField(), reader.readVarint()]).toEqual([1, 3]);
    expect([reader.nextField(), reader.readString()]).toEqual([
      2,
      expect.stringContaining('not the protobuf message'),
    ]);
  });

  it('is sent again by the sender when the store is busy, and not lost when it fails', async () => {
    const delta = (asInt: number, start: number, time: number): object => ({
      name: 'd',
      sum: {
        aggregationTemporality: 1,
        isMonotonic: true,
        dataPoints: [{ startTimeUnixNano: nanos(start), timeUnixNano: nanos(time), asInt }],
      },
    });
    sink.fail = new StoreBusyError('behind', 7);
    const busy = await postJson([delta(3, now - 20, now - 10)]);
    expect(busy).toMatchObject({ code: 429, body: { message: 'behind' } });
    expect(busy.headers['retry-after']).toBe('7');
    await postJson([delta(3, now - 20, now - 10)]);
    sink.fail = new Error('disk full');
    expect(await postJson([delta(4, now - 10, now)])).toMatchObject({ code: 503 });
    expect(await postJson([delta(4, now - 10, now)])).toMatchObject({ code: 200 });
    const last = sink.samples({ __name__: 'd_total' }).at(-1);
    expect(last).toEqual({ time: now, value: 7 });
  });

  it('is a body of more parts than one may have, before they take memory', async () => {
    // Data points without anything in them: two bytes each in protobuf, three in JSON.
    const empty = Buffer.alloc(600_000, Buffer.from('0a00', 'hex'));
    const wrap = (tag: number, inner: Buffer): Buffer => {
      const writer = new PbfWriter();
      writer.writeVarint(tag);
      writer.writeBytes(inner);
      return Buffer.from(writer.finish());
    };
    const protobuf = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, empty))));
    const points = `[${'{},'.repeat(299_999)}{}]`;
    const json = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":${points}}}]}]}]}`;
    for (const [type, payload] of [
      ['application/x-protobuf', protobuf],
      ['application/json', json],
    ] as const) {
      const headers = { 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers, payload });
      expect(answer.statusCode, type).toBe(413);
    }
  });

  // The values are those of Prometheus 3 for the same requests.
  it('takes an empty attribute for none', async () => {
    await open({ promote_resource_attributes: ['host.name', 'zone'] });
    const attributes = [text('a.b', ''), text('a_b', 'x'), text('host.name', '')];
    await postJson([gauge('m', { attributes })], {
      attributes: [text('host.name', 'h'), text('zone', ''), text('service.name', 's')],
    });
    expect(sink.labelsOf('m')).toEqual([{ __name__: 'm', a_b: 'x', host_name: 'h', job: 's' }]);
  });

  it('says target_info of whoever has a job or an instance, by whichever attribute', async () => {
    await postJson([gauge('m', {})], { attributes: [text('job', 'j'), text('host', 'h')] });
    await postJson([gauge('m', {})], { attributes: [text('instance', 'i'), text('host', 'h')] });
    await postJson([gauge('m', {})], { attributes: [text('region', 'r'), text('host', 'h')] });
    expect(sink.labelsOf('target_info')).toEqual([
      { __name__: 'target_info', job: 'j', host: 'h' },
      { __name__: 'target_info', instance: 'i', host: 'h' },
    ]);
  });

  it('keeps attributes whose names objects of JavaScript have too', async () => {
    const names = ['constructor', 'hasOwnProperty', 'toString'];
    await open({
      translation_strategy: 'NoTranslation',
      promote_resource_attributes: ['valueOf', 'isPrototypeOf'],
    });
    await postJson(
      [gauge('m', { attributes: [...names, '__proto__'].map((name) => text(name, name)) })],
      { attributes: [text('valueOf', 'v'), text('service.name', 's')] },
    );
    const [labels] = sink.labelsOf('m');
    expect(new Map(Object.entries(labels!))).toEqual(
      new Map([
        ...[...names, '__proto__'].map((name): [string, string] => [name, name]),
        ['valueOf', 'v'],
        ['job', 's'],
        ['__name__', 'm'],
      ]),
    );
  });

  it.each(['/v1/metrics', '/api/v1/otlp/v1/metrics'])('is taken at %s', async (url) => {
    const metrics = [gauge('m', {})];
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'content-encoding': 'GZip' },
      payload: gzipSync(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })),
    });
    expect(answer.statusCode).toBe(200);
    expect(sink.names()).toEqual(['m']);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'br' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 400],
  ])('has a type or an encoding like %j', async (headers, code) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers, payload: '{}' });
    expect(answer.statusCode).toBe(code);
  });

  it('is a small body that would become a large one', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const payload = gzipSync(Buffer.alloc(2 << 20, ' '));
    const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers, payload });
    expect(answer.statusCode).toBe(413);
  });
});

describe('the settings of OTLP', () => {
  const resource = {
    attributes: [text('service.name', 's'), text('k8s.pod.name', 'p'), text('host.name', 'h')],
  };

  it('promote attributes of the resource to labels, which those of the point win over', async () => {
    await open({ promote_resource_attributes: ['k8s.pod.name', 'host.name'] });
    await postJson([gauge('m', { attributes: [text('host.name', 'mine')] })], resource);
    expect(
      sink.samples({ __name__: 'm', k8s_pod_name: 'p', host_name: 'mine', job: 's' }),
    ).toHaveLength(1);
  });

  // OpenTelemetry specification, "Prometheus and OpenMetrics compatibility", Instrumentation Scope: attributes by these
  // names are dropped.
  it('name the scope by what it is, not by attributes that are called like that', async () => {
    await open({ promote_scope_metadata: true });
    const attributes = ['name', 'version', 'schema_url', 'schema.url', 'own'].map((name) =>
      text(name, 'of an attribute'),
    );
    await postJson([gauge('m', {})], resource, {
      schemaUrl: 'http://schema/1',
      scope: { name: 'library', version: '1.0', attributes },
    });
    await postJson([gauge('n', {})], resource, { scope: { name: 'library', attributes } });
    const own = { job: 's', otel_scope_name: 'library', otel_scope_own: 'of an attribute' };
    expect(sink.labelsOf('m')).toEqual([
      {
        __name__: 'm',
        ...own,
        otel_scope_version: '1.0',
        otel_scope_schema_url: 'http://schema/1',
      },
    ]);
    expect(sink.labelsOf('n')).toEqual([{ __name__: 'n', ...own }]);
  });

  it('keep names in UTF-8', async () => {
    await open({ translation_strategy: 'NoUTF8EscapingWithSuffixes' });
    await postJson([gauge('http.größe', { attributes: [text('a.b', '1')] })], resource);
    expect(sink.samples({ __name__: 'http.größe', 'a.b': '1' })).toHaveLength(1);
    expect(sink.samples({ __name__: 'target_info', 'k8s.pod.name': 'p' })).toHaveLength(1);
  });

  it('keep what identifies a service in target_info', async () => {
    await open({ keep_identifying_resource_attributes: true });
    await postJson([gauge('m', {})], resource);
    expect(sink.samples({ __name__: 'target_info', service_name: 's', job: 's' })).toHaveLength(1);
  });

  it('turn histograms into native ones with custom buckets', async () => {
    await open({ convert_histograms_to_nhcb: true });
    const point = {
      timeUnixNano: nanos(now),
      count: 3,
      sum: 5,
      bucketCounts: [0, 2, 1],
      explicitBounds: [1, 2],
    };
    await postJson([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [point] } }]);
    expect(sink.samples({ __name__: 'h' })[0]!.histogram).toMatchObject({
      schema: -53,
      customValues: [1, 2],
      positive: { indices: [1, 2], counts: [2, 1] },
    });
  });
});
