import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, freePort, type Running, startCli } from './testing/processes.ts';
import { PrometheusClient } from './testing/prometheus-client.ts';

const COUNTER_PER_SECOND = 10;
const began = Date.now();
const target = createServer((_request, response) => {
  const count = Math.floor(((Date.now() - began) / 1000) * COUNTER_PER_SECOND);
  response.end(`# TYPE work_total counter\nwork_total ${count}\n# TYPE broken gauge\nbroken 1\n`);
});

let folder: string;
let config: string;
let server: Running;
let port: number;
let api: PrometheusClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-restart-'));
  target.listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
  port = await freePort();
  api = new PrometheusClient(`http://127.0.0.1:${port}`);
  config = join(folder, 'bellwether.yaml');
  await writeFile(
    join(folder, 'rules.yml'),
    `groups:
- name: g
  interval: 1s
  rules:
  - record: work:rate30s
    expr: rate(work_total[30s])
  - alert: Broken
    expr: broken == 1
    for: 15s
`,
  );
  await writeFile(
    config,
    `server: { listen: '127.0.0.1:${port}' }
storage: { path: data }
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: work
    static_configs: [{ targets: ['127.0.0.1:${(target.address() as AddressInfo).port}'] }]
rule_files: [rules.yml]
`,
  );
});

afterAll(async () => {
  await server?.kill('SIGKILL');
  target.close();
  await rm(folder, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  server = startCli(['serve', '-c', config]);
  await eventually(
    'the server to be ready',
    async () => ((await fetch(`http://127.0.0.1:${port}/-/ready`)).ok ? true : undefined),
    30_000,
  );
}

function broken(state: string): Promise<string> {
  return eventually(`the alert to be ${state}`, async () => {
    const alert = (await api.alerts()).find(({ labels }) => labels['alertname'] === 'Broken');
    return alert?.state === state ? alert.activeAt : undefined;
  });
}

it('is killed under traffic and goes on as if nothing had been: graph, rates and firing alerts', async () => {
  await startServer();
  const activeAt = await broken('firing');
  const stopTraffic = new AbortController();
  const traffic = (async () => {
    while (!stopTraffic.signal.aborted)
      await api.vector('rate(work_total[30s])').catch(() => pause(50));
  })();
  await pause(1500);
  const killedAt = Date.now();
  await server.kill('SIGKILL');
  await pause(3000);
  await startServer();
  const restartedAt = Date.now();
  // ALERTS_FOR_STATE holds whole seconds, as Prometheus' does.
  expect(await broken('firing')).toBe(activeAt.replace(/\.\d+Z$/, '.000Z'));
  // Fifteen seconds of `for` did not start anew.
  expect(Date.now() - restartedAt).toBeLessThan(12_000);
  stopTraffic.abort();
  await traffic;

  await pause(13_000);
  const past = await api.range('work_total', (killedAt - 12_000) / 1000, killedAt / 1000, 1);
  const [samples] = [...past.values()];
  expect(samples!.length).toBeGreaterThanOrEqual(10);

  const seconds = Math.ceil((Date.now() - began) / 1000);
  expect([...(await api.vector(`resets(work_total[${seconds}s])`)).values()]).toEqual([0]);
  // Where samples are missing a rate falls short, as it does in Prometheus; it must not jump.
  const rates = await api.range('rate(work_total[10s])', killedAt / 1000 - 5, Date.now() / 1000, 1);
  const values = [...rates.values()].flat().map(([, value]) => value);
  expect(Math.max(...values)).toBeLessThan(COUNTER_PER_SECOND * 1.2);
  expect(values[0]).toBeGreaterThan(COUNTER_PER_SECOND * 0.9);
  expect(values.at(-1)).toBeGreaterThan(COUNTER_PER_SECOND * 0.9);
});
