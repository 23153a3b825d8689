import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SentFamily } from '@bellwether/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BesidePrometheus } from '../../testing/beside-prometheus.ts';
import { encodeFamilies } from '../../testing/encode.ts';
import { eventually } from '../../testing/processes.ts';

/*
 * A real Prometheus (2.42, package `prometheus`) and we scrape the same bytes of protobuf; all series that came of them
 * are compared, classic and native.
 */

const there = spawnSync('prometheus', ['--version']).status === 0;
const MEDIA_TYPE =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
const exemplarTime = Math.floor(Date.now() / 1000) * 1000 - 60_000;

const native = {
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
} as const;

const FAMILIES: readonly SentFamily[] = [
  {
    name: 'jobs_total',
    help: 'Jobs done.',
    type: 0,
    metrics: [
      {
        labels: [['path', '/x"y\\z\n ñ']],
        counter: 5,
        exemplar: { labels: [['trace_id', 'c1']], value: 0.5, time: exemplarTime },
      },
    ],
  },
  {
    name: 'heat_celsius',
    type: 1,
    metrics: [{ gauge: 1e21 }, { labels: [['x', '']], gauge: 1e21 }],
  },
  { name: 'odd', type: 3, metrics: [{ untyped: Number.NaN }] },
  {
    name: 'size_bytes',
    type: 2,
    metrics: [
      {
        summary: {
          count: 3,
          sum: 1.5,
          quantiles: [
            [0.5, 0.25],
            [1, 7],
            [1e-7, 1],
          ],
        },
      },
    ],
  },
  {
    name: 'classic_seconds',
    type: 4,
    metrics: [
      {
        labels: [['k', 'v']],
        histogram: {
          count: 14,
          sum: 18.5,
          buckets: [
            [0, 1],
            [0.00001, 2],
            [1, 3, { labels: [['trace_id', 'b1']], value: 0.75, time: exemplarTime }],
            [100_000, 9],
            [1_000_000, 10],
            [2.5e9, 11],
          ],
        },
      },
      {
        labels: [['k', 'inf']],
        histogram: { count: 2, sum: 1, buckets: [[Number.POSITIVE_INFINITY, 2]] },
      },
    ],
  },
  {
    name: 'native_seconds',
    type: 4,
    metrics: [
      { histogram: { count: 14, sum: 18.5, buckets: [[0.5, 3]], native } },
      {
        labels: [['k', 'float']],
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
      {
        labels: [['k', 'none yet']],
        histogram: { count: 0, sum: 0, native: { schema: 3, positiveSpans: [[0, 0]] } },
      },
    ],
  },
  {
    name: 'load',
    type: 5,
    metrics: [{ histogram: { count: 14, sum: 18.5, native } }],
  },
];

/** What we asked for, not Prometheus. */
let accepted: string | undefined;
const target = createServer(({ headers }, response) => {
  if (headers['user-agent']?.startsWith('Bellwether') === true) accepted = headers.accept;
  response.writeHead(200, { 'content-type': MEDIA_TYPE });
  response.end(encodeFamilies(FAMILIES));
});
let both: BesidePrometheus;

beforeAll(async () => {
  if (!there) return;
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const { port } = target.address() as AddressInfo;
  both = await BesidePrometheus.create();
  await both.configure({
    both: `scrape_configs:
- job_name: proto
  scrape_interval: 1s
  scrape_timeout: 1s
  static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
    // Prometheus 2.42 has a flag for this.
    ours: '  scrape_native_histograms: true\n',
  });
  await both.start();
  for (const [name, url] of both.urls)
    await eventually(`a scrape by ${name}`, async () =>
      (await both.query(url, 'load')).length > 0 ? true : undefined,
    );
});

afterAll(async () => {
  if (!there) return;
  await both.stop();
  target.close();
});

async function data(url: string, request: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${request}`);
  return ((await response.json()) as { data: unknown }).data;
}

/** The series an expression yields, without the time it was asked at. */
async function result(url: string, query: string): Promise<unknown[]> {
  return (await both.query(url, query))
    .map(({ metric, value, histogram }) => ({
      metric: Object.fromEntries(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      value: value?.[1],
      histogram: rounded(histogram?.[1]),
    }))
    .sort((a, b) => (JSON.stringify(a.metric) < JSON.stringify(b.metric) ? -1 : 1));
}

/** The last digit of a bucket's bound is another in Prometheus 3. */
function rounded(histogram: unknown): unknown {
  return JSON.parse(JSON.stringify(histogram ?? null), (_, text) =>
    typeof text === 'string' && /\.\d{12,}$/.test(text) ? Number(text).toPrecision(12) : text,
  );
}

describe.skipIf(!there)('the same protobuf scraped by a real Prometheus and by us', () => {
  it.each([
    '{__name__=~"jobs_total|heat_celsius|odd|size_bytes.*"}',
    '{__name__=~"classic_seconds.*"}',
    '{__name__=~"native_seconds.*"}',
    '{__name__=~"load.*"}',
    'up{job="proto"} or scrape_samples_scraped{job="proto"}',
    'histogram_fraction(-1, 1, native_seconds)',
    'histogram_sum(native_seconds)',
  ])('becomes the same series: %s', async (query) => {
    const expected = await result(both.theirs, query);
    expect(expected.length).toBeGreaterThan(0);
    expect(await result(both.ours, query)).toEqual(expected);
  });

  it('has the same exemplars', async () => {
    const request = `query_exemplars?query=${encodeURIComponent('{job="proto"}')}&start=${exemplarTime / 1000 - 10}&end=${exemplarTime / 1000 + 60}`;
    const sorted = async (url: string) =>
      ((await data(url, request)) as { seriesLabels: Record<string, string> }[]).sort((a, b) =>
        a.seriesLabels['__name__']! < b.seriesLabels['__name__']! ? -1 : 1,
      );
    const expected = await sorted(both.theirs);
    expect(expected).toHaveLength(2);
    expect(await sorted(both.ours)).toEqual(expected);
  });

  it('has the same metadata', async () => {
    const about = async (url: string) => data(url, 'metadata?metric=jobs_total');
    expect(await about(both.ours)).toEqual(await about(both.theirs));
  });

  it('is asked for as the documentation of content negotiation says', () => {
    expect(accepted).toBe(
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    );
  });
});
