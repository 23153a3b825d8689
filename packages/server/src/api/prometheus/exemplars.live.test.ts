import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeV1, encodeV2 } from '../../testing/encode.ts';
import { eventually, freePort, type Running, startCli } from '../../testing/processes.ts';

const now = Math.floor(Date.now() / 1000) * 1000;
let folder: string;
let url: string;
let server: Running;

async function open(): Promise<void> {
  server = startCli(['serve', '--data', folder, '--listen', url.slice('http://'.length)]);
  await eventually(`a server: ${server.output()}`, async () =>
    (await fetch(`${url}/-/ready`)).ok ? true : undefined,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-durable-'));
  url = `http://127.0.0.1:${await freePort()}`;
  await open();
});

afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

const sent = (door: string) => [
  {
    labels: [
      ['__name__', 'pushed_total'],
      ['door', door],
    ] as [string, string][],
    samples: [[now, 1]] as [number, number][],
    exemplars: [{ labels: [['trace_id', door]] as [string, string][], value: 1, time: now }],
  },
];

async function remoteWrite(body: Buffer, message: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': `application/x-protobuf;proto=${message}`,
    },
    body: new Uint8Array(await compress(body)),
  });
  expect(response.headers.get('x-prometheus-remote-write-exemplars-written')).toBe('1');
  return response.status;
}

async function otlp(): Promise<number> {
  const nanos = `${now}000000`;
  const point = {
    timeUnixNano: nanos,
    asDouble: 1,
    attributes: [{ key: 'door', value: { stringValue: 'otlp' } }],
    exemplars: [{ timeUnixNano: nanos, asDouble: 1, traceId: '5b8efff798038103d269b633813fc60c' }],
  };
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] };
  const resourceMetrics = [{ scopeMetrics: [{ metrics: [{ name: 'pushed', sum }] }] }];
  const response = await fetch(`${url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics }),
  });
  return response.status;
}

describe('exemplars that a door has acknowledged', () => {
  it('are there once after a kill -9 in the same moment', async () => {
    expect(await remoteWrite(encodeV1(sent('v1')), 'prometheus.WriteRequest')).toBe(204);
    expect(await remoteWrite(encodeV2(sent('v2')), 'io.prometheus.write.v2.Request')).toBe(204);
    expect(await otlp()).toBe(200);
    await server.kill('SIGKILL');
    await open();
    const answer = await fetch(`${url}/api/v1/query_exemplars?query=pushed_total`);
    expect(await answer.json()).toEqual({
      status: 'success',
      data: [
        { door: 'otlp', trace: '5b8efff798038103d269b633813fc60c' },
        { door: 'v1', trace: 'v1' },
        { door: 'v2', trace: 'v2' },
      ].map(({ door, trace }) => ({
        seriesLabels: { __name__: 'pushed_total', door },
        exemplars: [{ labels: { trace_id: trace }, value: '1', timestamp: now / 1000 }],
      })),
    });
  });
});
