import {
  DEFAULT_RECEIVE_LIMITS,
  type ExemplarInput,
  type PushedMetadata,
  type SentSeries,
} from '@bellwether/formats';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { compress as snappy } from 'snappy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectingSink } from '../collect/wire/collecting-sink.ts';
import { StoreBusyError } from '../store/metrics/sink.ts';
import { encodeV1, encodeV2 } from '../testing/encode.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { remoteWriteRoutes } from './remote-write.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';

let app: FastifyInstance;
let sink: CollectingSink;
let metadata: Map<string, PushedMetadata>;
let exemplars: ExemplarInput[];
let keepExemplars: (some: readonly ExemplarInput[]) => Promise<number>;

beforeEach(async () => {
  sink = new CollectingSink();
  metadata = new Map();
  exemplars = [];
  keepExemplars = async (some) => exemplars.push(...some);
  app = Fastify();
  receiveBodies(app);
  await app.register(compress, { global: true });
  await app.register(remoteWriteRoutes, {
    prefix: '/api/v1',
    sink,
    metadata: (name, about) => metadata.set(name, about),
    exemplars: (some) => keepExemplars(some),
    limits: { ...DEFAULT_RECEIVE_LIMITS, samples: 1000, bodyBytes: 1 << 20 },
    clock: () => NOW,
  });
});
afterEach(() => app.close());

async function post(
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<{ code: number; text: string; headers: Record<string, unknown> }> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/write',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      ...headers,
    },
    payload: await snappy(body),
  });
  return { code: response.statusCode, text: response.body, headers: response.headers };
}

const both: [string, (series: SentSeries[]) => ReturnType<typeof post>][] = [
  ['1.0', (series) => post(encodeV1(series))],
  ['2.0', (series) => post(encodeV2(series), { 'content-type': V2 })],
];

const up: SentSeries['labels'] = [
  ['__name__', 'up'],
  ['job', 'api'],
];

describe.each(both)('remote write %s', (_, send) => {
  it('stores samples and answers 204 with how many were written', async () => {
    const answer = await send([
      {
        labels: up,
        samples: [
          [NOW - 1000, 1],
          [NOW, 0.5],
        ],
      },
      {
        labels: [
          ['__name__', 'ñandú_total'],
          ['job', '日本'],
        ],
        samples: [[NOW, -1e300]],
      },
    ]);
    expect(answer).toMatchObject({ code: 204, text: '' });
    expect(answer.headers).toMatchObject({
      'x-prometheus-remote-write-samples-written': '3',
      'x-prometheus-remote-write-histograms-written': '0',
      'x-prometheus-remote-write-exemplars-written': '0',
    });
    expect(sink.samples({ __name__: 'up', job: 'api' })).toEqual([
      { time: NOW - 1000, value: 1 },
      { time: NOW, value: 0.5 },
    ]);
    expect(sink.samples({ __name__: 'ñandú_total', job: '日本' })).toEqual([
      { time: NOW, value: -1e300 },
    ]);
  });

  it('tells a stale marker from every other NaN', async () => {
    await send([
      {
        labels: up,
        samples: [
          [NOW - 2, Number.NaN],
          [NOW - 1, 'stale'],
        ],
      },
    ]);
    expect(sink.samples({ __name__: 'up' })).toEqual([
      { time: NOW - 2, value: Number.NaN },
      { time: NOW - 1, value: Number.NaN, stale: true },
    ]);
  });

  it('takes the same request twice without storing or refusing anything twice', async () => {
    const series = [{ labels: up, samples: [[NOW, 1]] as const }];
    await send(series);
    const answer = await send(series);
    expect(answer.code).toBe(204);
    expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('1');
    expect(sink.sampleCount).toBe(1);
  });

  it('refuses series with wrong labels, says why, and takes the others', async () => {
    const answer = await send([
      {
        labels: [
          ['__name__', 'apart'],
          ['a', '1'],
          ['c', '3'],
          ['b', '2'],
          ['a', '1'],
        ],
        samples: [[NOW, 1]],
      },
      {
        labels: [
          ['__name__', 'twice'],
          ['b', '1'],
          ['b', '2'],
        ],
        samples: [[NOW, 1]],
      },
      {
        labels: [
          ['', 'x'],
          ['__name__', 'empty'],
        ],
        samples: [
          [NOW, 1],
          [NOW + 1, 1],
        ],
      },
      { labels: [['job', 'nameless']], samples: [[NOW, 1]] },
      { labels: up, samples: [[NOW, 1]] },
    ]);
    expect(answer.code).toBe(400);
    expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('1');
    expect(answer.text).toContain('5 of 6 samples were not taken');
    expect(answer.text).toContain('label a is repeated');
    expect(answer.text).toContain('label b is repeated');
    expect(answer.text).toContain('a label has no name');
    expect(answer.text).toContain('no metric name: {job="nameless"}');
    expect(sink.names()).toEqual(['up']);
  });

  // Prometheus 2.42 and 3 sort them too; agents that write labels as they stand are many.
  it('takes labels in any order as the same series', async () => {
    const labels: SentSeries['labels'] = [
      ['__name__', 'stock'],
      ['zone', 'z'],
      ['case', 'x'],
      ['none', ''],
      ['😀', 'after'],
      ['\uffee', 'before in UTF-8, behind in UTF-16'],
      ['app', 'a'],
    ];
    for (const [at, order] of [labels, labels.toReversed(), labels.toSorted()].entries())
      expect(await send([{ labels: order, samples: [[NOW + at, at]] }])).toMatchObject({
        code: 204,
      });
    expect(sink.series.size).toBe(1);
    expect(sink.samples({ app: 'a', case: 'x', zone: 'z', '😀': 'after' })).toHaveLength(3);
  });

  it('keeps labels whose names objects of JavaScript have too', async () => {
    const labels: SentSeries['labels'] = [
      ['__name__', 'odd'],
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['hasOwnProperty', 'h'],
      ['toString', 't'],
    ];
    expect(await send([{ labels, samples: [[NOW, 1]] }])).toMatchObject({ code: 204 });
    expect(Object.entries([...sink.series.values()][0]!.labels)).toEqual(labels);
  });

  it('leaves a label with an empty value out, as it says the same', async () => {
    await send([
      {
        labels: [
          ['__name__', 'up'],
          ['job', ''],
        ],
        samples: [[NOW, 1]],
      },
    ]);
    expect([...sink.series.values()][0]!.labels).toEqual({ __name__: 'up' });
  });

  it('answers 400 for what the store does not take, naming the series, and counts the rest', async () => {
    await send([{ labels: up, samples: [[NOW, 1]] }]);
    const answer = await send([
      {
        labels: up,
        samples: [
          [NOW, 2],
          [NOW + 1, 3],
        ],
      },
    ]);
    expect(answer.code).toBe(400);
    expect(answer.text).toContain(
      'duplicate sample for timestamp with another value: up{job="api"} at 2026-01-01T12:00:00.000Z',
    );
    expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('1');
  });

  it('refuses samples more than ten minutes ahead, as Prometheus does', async () => {
    const answer = await send([
      {
        labels: up,
        samples: [
          [NOW, 1],
          [NOW + 600_001, 1],
        ],
      },
    ]);
    expect(answer.code).toBe(400);
    expect(answer.text).toContain('too far in the future');
    expect(sink.samples({ __name__: 'up' })).toHaveLength(1);
  });

  it('asks to come again when the store is busy, so that a sender of any version does', async () => {
    sink.fail = new StoreBusyError('the store is behind', 2.5);
    const answer = await send([{ labels: up, samples: [[NOW, 1]] }]);
    expect(answer).toMatchObject({ code: 503, text: 'the store is behind\n' });
    expect(answer.headers['retry-after']).toBe('3');
    expect((await send([{ labels: up, samples: [[NOW, 1]] }])).code).toBe(204);
  });

  it('answers 500 when the store fails, which senders try again', async () => {
    sink.fail = new Error('disk full');
    expect(await send([{ labels: up, samples: [[NOW, 1]] }])).toMatchObject({ code: 500 });
  });

  it('hands on exemplars with the labels of their series', async () => {
    const answer = await send([
      {
        labels: up,
        samples: [[NOW, 1]],
        exemplars: [{ labels: [['trace_id', 'abc']], value: 0.25, time: NOW - 5 }],
      },
    ]);
    expect(answer.headers['x-prometheus-remote-write-exemplars-written']).toBe('1');
    const series = { __name__: 'up', job: 'api' };
    expect(exemplars).toEqual([
      { series, labels: { trace_id: 'abc' }, value: 0.25, time: NOW - 5 },
    ]);
  });

  it('answers only once the exemplars are stored too, and 500 where they cannot be', async () => {
    const series: SentSeries = {
      labels: up,
      samples: [[NOW, 1]],
      exemplars: [{ labels: [['trace_id', 'abc']], value: 0.25, time: NOW - 5 }],
    };
    let stored: (count: number) => void = () => undefined;
    const asked = new Promise<void>((begun) => {
      keepExemplars = () => {
        begun();
        return new Promise((resolve) => {
          stored = resolve;
        });
      };
    });
    let answered = false;
    const answer = send([series]).finally(() => {
      answered = true;
    });
    await asked;
    expect(answered).toBe(false);
    stored(1);
    expect((await answer).code).toBe(204);

    keepExemplars = () => Promise.reject(new Error('disk full'));
    expect(await send([series])).toMatchObject({ code: 500, text: 'disk full\n' });
    keepExemplars = async () => 0;
    const left = await send([series]);
    expect(left.headers['x-prometheus-remote-write-exemplars-written']).toBe('0');
  });

  it('reads integer histograms: spans with gaps, buckets as differences', async () => {
    // The layout that the specification of native histograms draws: buckets 0, 1, 4 and -2 below zero.
    const answer = await send([
      {
        labels: [['__name__', 'latency']],
        histograms: [
          {
            time: NOW,
            count: 14,
            sum: 18.4,
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
            hint: 2,
          },
        ],
      },
    ]);
    expect(answer.code).toBe(204);
    expect(answer.headers['x-prometheus-remote-write-histograms-written']).toBe('1');
    expect(sink.samples({ __name__: 'latency' })[0]!.histogram).toEqual({
      schema: 1,
      count: 14,
      sum: 18.4,
      zeroThreshold: 0.001,
      zeroCount: 2,
      positive: { indices: [0, 1, 4], counts: [3, 2, 6] },
      negative: { indices: [-2], counts: [1] },
      customValues: [],
      hint: 'not_reset',
    });
  });

  it('reads float histograms and those with custom buckets', async () => {
    await send([
      {
        labels: [['__name__', 'float']],
        histograms: [
          {
            time: NOW,
            countFloat: 2.5,
            sum: 1,
            schema: -4,
            positiveSpans: [[1, 2]],
            positiveCounts: [0.5, 2],
            hint: 3,
          },
        ],
      },
      {
        labels: [['__name__', 'custom']],
        histograms: [
          {
            time: NOW,
            count: 7,
            sum: 100,
            schema: -53,
            positiveSpans: [[1, 2]],
            positiveDeltas: [3, 1],
            customValues: [5, 10],
          },
        ],
      },
    ]);
    expect(sink.samples({ __name__: 'float' })[0]!.histogram).toMatchObject({
      schema: -4,
      count: 2.5,
      positive: { indices: [1, 2], counts: [0.5, 2] },
      hint: 'gauge',
    });
    expect(sink.samples({ __name__: 'custom' })[0]!.histogram).toMatchObject({
      schema: -53,
      customValues: [5, 10],
      positive: { indices: [1, 2], counts: [3, 4] },
    });
  });

  // Source: Prometheus 3.7, CHANGELOG: schemas of 9 to 52 are reduced to 8. Bucket i of schema s ends at 2^(i / 2^s), so
  // that of schema 8 it falls into is ceil(i / 2^(s - 8)).
  it.each([
    [9, 4, { indices: [-1, 0, 1], counts: [1, 2, 2] }],
    [52, 4, { indices: [0, 1], counts: [3, 2] }],
  ])(
    'keeps a histogram of schema %d, which is too fine, in schema 8',
    async (schema, sum, positive) => {
      const labels = [['__name__', 'fine']] as const;
      const buckets = { positiveSpans: [[-2, 5]] as const, positiveDeltas: [1, 0, 0, 0, 0] };
      const answer = await send([
        { labels, histograms: [{ time: NOW, count: 5, sum, schema, ...buckets }] },
      ]);
      expect(answer).toMatchObject({ code: 204 });
      expect(sink.samples({ __name__: 'fine' })[0]!.histogram).toMatchObject({
        schema: 8,
        count: 5,
        sum,
        positive,
      });
    },
  );

  it('refuses histograms that contradict themselves', async () => {
    const histogram = (name: string, parts: object): SentSeries => ({
      labels: [['__name__', name]],
      histograms: [{ time: NOW, count: 1, sum: 1, ...parts }],
    });
    const answer = await send([
      histogram('schema', { schema: 53 }),
      histogram('count', { positiveSpans: [[0, 1]], positiveDeltas: [2] }),
      histogram('spans', { positiveSpans: [[0, 2 ** 30]], positiveDeltas: [1] }),
      histogram('negative', { positiveSpans: [[0, 2]], positiveDeltas: [2, -3] }),
      histogram('bounds', {
        schema: -53,
        customValues: [2, 1],
        positiveSpans: [[0, 1]],
        positiveDeltas: [1],
      }),
    ]);
    expect(answer.code).toBe(400);
    expect(answer.text).toContain('schema 53 is none');
    expect(answer.text).toContain('its buckets count 2 observations, and it says 1');
    expect(answer.text).toContain('its spans describe 1073741824 buckets, and there are 1');
    expect(answer.text).toContain('one of its buckets counts less than nothing');
    expect(answer.text).toContain('its custom bounds do not ascend');
    expect(sink.sampleCount).toBe(0);
  });

  it('refuses more samples than one request may have, and takes none of them', async () => {
    const samples = Array.from({ length: 1001 }, (_, i) => [NOW - i, 1] as const);
    const answer = await send([{ labels: up, samples }]);
    expect(answer).toMatchObject({ code: 413 });
    expect(answer.text).toContain('more than 1000 samples');
    expect(sink.sampleCount).toBe(0);
  });
});

describe('the remote write door', () => {
  it('takes requests of 1.0 that say neither type nor encoding', async () => {
    const payload = await snappy(encodeV1([{ labels: up, samples: [[NOW, 1]] }]));
    const answer = await app.inject({ method: 'POST', url: '/api/v1/write', payload });
    expect(answer.statusCode).toBe(204);
  });

  it.each([
    [{ 'content-type': 'application/json' }],
    [{ 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request' }],
    [{ 'content-encoding': 'gzip' }],
    [{ 'content-encoding': 'zstd' }],
  ])('answers 415 for %j', async (headers) => {
    const body = encodeV1([{ labels: up, samples: [[NOW, 1]] }]);
    expect(await post(body, headers)).toMatchObject({ code: 415 });
    expect(sink.writes).toBe(0);
  });

  it.each([['application/x-protobuf; proto=prometheus.WriteRequest'], ['Application/X-Protobuf']])(
    'reads %s as 1.0',
    async (type) => {
      const body = encodeV1([{ labels: up, samples: [[NOW, 1]] }]);
      expect(await post(body, { 'content-type': type })).toMatchObject({ code: 204 });
      expect(sink.sampleCount).toBe(1);
    },
  );

  it('refuses a small body that would become a large one before it becomes one', async () => {
    expect(await post(Buffer.alloc(2 << 20))).toMatchObject({ code: 413 });
  });

  it.each([
    ['no Snappy block', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['a length without an end', Buffer.from('ffffffffff', 'hex')],
  ])('answers 400 for %s', async (_, payload) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/write',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      payload,
    });
    expect(answer.statusCode).toBe(400);
  });

  it('answers 400 for a message that ends in the middle, and stores nothing of it', async () => {
    const whole = encodeV1([{ labels: up, samples: [[NOW, 1]] }]);
    for (let length = 1; length < whole.length; length++)
      expect((await post(whole.subarray(0, length))).code, `${length} bytes`).toBe(400);
    expect(sink.writes).toBe(0);
  });

  it('keeps what 1.0 says of metrics', async () => {
    await post(encodeV1([], [{ type: 1, name: 'http_requests', help: 'Requests.', unit: 's' }]));
    expect(metadata).toEqual(
      new Map([['http_requests', { type: 'counter', help: 'Requests.', unit: 's' }]]),
    );
  });

  it('keeps what 2.0 says of the series of a histogram under the name of the histogram', async () => {
    const about = { type: 3, help: 'Latency.', unit: 'seconds' };
    const labels = (name: string) =>
      [
        ['__name__', name],
        ['le', '1'],
      ] as const;
    const series = ['latency_bucket', 'latency_count'].map(
      (name): SentSeries => ({ labels: labels(name), samples: [[NOW, 1]], metadata: about }),
    );
    await post(encodeV2(series), { 'content-type': V2 });
    expect(metadata).toEqual(
      new Map([['latency', { type: 'histogram', help: 'Latency.', unit: 'seconds' }]]),
    );
  });

  it.each([
    ['on the series', { created: NOW - 60_000, samples: [[NOW, 5]] as const }],
    ['on the sample', { samples: [[NOW, 5, NOW - 60_000]] as const }],
  ])(
    'begins a counter with zero at its start, once, when 2.0 has the start %s',
    async (_, part) => {
      const body = encodeV2([{ labels: up, ...part }]);
      for (let i = 0; i < 2; i++) {
        const answer = await post(body, { 'content-type': V2 });
        expect(answer.headers['x-prometheus-remote-write-samples-written']).toBe('1');
      }
      expect(sink.samples({ __name__: 'up' })).toEqual([
        { time: NOW - 60_000, value: 0 },
        { time: NOW, value: 5 },
      ]);
    },
  );

  it('refuses references of 2.0 that lead nowhere', async () => {
    // labels_refs [7, 8] in a series; symbols hold only the empty string.
    const body = Buffer.from('2200' + '2a06' + '0a020708' + '1200', 'hex');
    const answer = await post(body, { 'content-type': V2 });
    expect(answer.code).toBe(400);
    expect(answer.text).toContain('a label refers to symbol 7, and there are 1');
  });
});
