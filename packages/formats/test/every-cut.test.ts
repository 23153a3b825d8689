import { describe, expect, it } from 'vitest';
import {
  DEFAULT_EVENT_LIMITS,
  DEFAULT_RECEIVE_LIMITS,
  ExpositionError,
  encodeFamilies,
  encodeV1,
  encodeV2,
  LabelCache,
  openMetricsSteps,
  parseProtobuf,
  RequestError,
  readEvents,
  readJson,
  readProtobuf,
  readWriteRequestV1,
  readWriteRequestV2,
  type SentSeries,
  SymbolCache,
  textFormatSteps,
  toEnd,
} from '../src/index.ts';

/* Senders die, proxies cut, buffers end where they like: every reader meets its input cut at every byte. */

const never = (): boolean => false;
const limits = DEFAULT_RECEIVE_LIMITS;

const TEXT = `# HELP requests_total Requests, größe.
# TYPE requests_total counter
requests_total{code="200",path="/a\\"b"} 12 1700000000000
requests_total{code="500"} 3
`;
const OPENMETRICS = `# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 8 # {trace_id="ä"} 0.05
latency_seconds_bucket{le="+Inf"} 17
latency_seconds_count 17
latency_seconds_sum 3.5
# EOF
`;
const SERIES: readonly SentSeries[] = [
  {
    labels: [
      ['__name__', 'up'],
      ['job', 'größe'],
    ],
    samples: [
      [1_700_000_000_000, 1],
      [1_700_000_015_000, 'stale'],
    ],
    histograms: [
      {
        time: 1_700_000_000_000,
        count: 3,
        sum: 4,
        schema: 0,
        positiveSpans: [[0, 2]],
        positiveDeltas: [1, 1],
      },
    ],
    exemplars: [{ labels: [['trace_id', 'abc']], value: 1, time: 1_700_000_000_000 }],
  },
];
const OTLP_JSON =
  '{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"größe"}}]},"scopeMetrics":[{"metrics":[{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1700000000000000000","asDouble":1.5,"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}]}]}}]}]}]}';
/** The same by the field numbers of opentelemetry-proto, metrics/v1/metrics.proto. */
const OTLP_PROTOBUF = message(1, [
  ...message(1, message(1, [...text(1, 'service.name'), ...message(2, text(1, 'größe'))])),
  ...message(
    2,
    message(2, [
      ...text(1, 'g'),
      ...message(5, message(1, [...fixed64(3, 1_700_000_000), ...fixed64(4, 0x3ff80000)])),
    ]),
  ),
]);
const EVENTS =
  '{"type":"prediction","id":"a","model":"größe","time":"2023-11-14T22:13:20Z","prediction":"x"}\n{"type":"feedback","prediction_id":"a","model":"größe","time":"2023-11-14T22:13:21Z","label":"y"}\n';

/** Readers of a whole body: what a prefix of it gives, as far as it can be read at all. */
const READERS: Readonly<
  Record<string, { whole: Uint8Array; read: (bytes: Uint8Array) => unknown }>
> = {
  'protobuf exposition': {
    whole: encodeFamilies([
      { name: 'größe', type: 1, metrics: [{ gauge: 1, labels: [['l', 'v']] }] },
      { name: 'other', type: 0, metrics: [{ counter: 2 }] },
    ]),
    read: (bytes) => parseProtobuf(bytes, never, { native: true, classicToo: true }),
  },
  'remote write 1.0': {
    whole: encodeV1(SERIES, [{ name: 'up', type: 2, help: 'größe', unit: '' }]),
    read: (bytes) => readWriteRequestV1(bytes, limits, new LabelCache()),
  },
  'remote write 2.0': {
    whole: encodeV2(SERIES),
    read: (bytes) => readWriteRequestV2(bytes, limits, new SymbolCache()),
  },
  'OTLP in protobuf': {
    whole: Uint8Array.from(OTLP_PROTOBUF),
    read: (bytes) => readProtobuf(bytes, limits),
  },
  'OTLP in JSON': {
    whole: bytesOf(OTLP_JSON),
    read: (bytes) => readJson(new TextDecoder().decode(bytes), limits),
  },
  'events as lines': { whole: bytesOf(EVENTS), read: (bytes) => events(bytes, 'ndjson') },
  'events as a list': {
    whole: bytesOf(`[${EVENTS.trim().replace('\n', ',')}]`),
    read: (bytes) => events(bytes, 'json'),
  },
};

describe.each(Object.entries(READERS))('%s', (_name, { whole, read }) => {
  it('is read whole', () => {
    expect(read(whole)).toBeDefined();
  });

  it('cut at any byte is read as far as it says something, or refused in words', () => {
    for (let cut = 0; cut < whole.length; cut++)
      for (const part of [whole.slice(0, cut), whole.slice(cut)])
        try {
          read(part);
        } catch (error) {
          const known = error instanceof RequestError || error instanceof ExpositionError;
          expect(known ? 'refused' : error, `cut at ${cut}`).toBe('refused');
        }
  });

  it('does not look beyond its bytes', () => {
    const around = new Uint8Array(whole.length + 64).fill(0x0a);
    around.set(whole, 32);
    expect(read(around.subarray(32, 32 + whole.length))).toEqual(read(whole));
  });
});

describe.each([
  ['the text format', TEXT, textFormatSteps],
  ['OpenMetrics', OPENMETRICS, openMetricsSteps],
] as const)('%s', (_name, whole, steps) => {
  it('is the same in two pieces, wherever the cut is', () => {
    const expected = toEnd(steps(whole, never));
    for (let cut = 0; cut <= whole.length; cut++)
      expect(toEnd(steps([whole.slice(0, cut), whole.slice(cut)], never))).toEqual(expected);
  });

  it('is the same character by character', () => {
    expect(toEnd(steps([...whole], never))).toEqual(toEnd(steps(whole, never)));
  });
});

function events(bytes: Uint8Array, format: 'json' | 'ndjson'): unknown {
  const taken: unknown[] = [];
  const into = {
    prediction: (event: unknown) => taken.push(event),
    feedback: (event: unknown) => taken.push(event),
  };
  const now = Date.UTC(2023, 10, 15);
  const read = toEnd(readEvents(bytes, format, { into, now, limits: DEFAULT_EVENT_LIMITS }));
  return { taken, refused: read.refused };
}

function bytesOf(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function message(field: number, content: readonly number[]): number[] {
  if (content.length > 127) {
    const [low, high] = [(content.length & 0x7f) | 0x80, content.length >> 7];
    return [(field << 3) | 2, low, high, ...content];
  }
  return [(field << 3) | 2, content.length, ...content];
}

function text(field: number, content: string): number[] {
  return message(field, [...bytesOf(content)]);
}

/** Eight bytes whose upper half is `high`. */
function fixed64(field: number, high: number): number[] {
  return [(field << 3) | 1, 0, 0, 0, 0, ...[0, 8, 16, 24].map((shift) => (high >>> shift) & 0xff)];
}
