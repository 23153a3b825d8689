import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from './compose.ts';
import { configFrom } from './config/load.ts';
import { createLogger } from './log.ts';

/** Debian's package `prometheus` has it; where it is missing, this is skipped. */
const installed = spawnSync('promtool', ['--version']).status === 0;

/** Names that prom-client gives what every process in Node says, taken as they are: dashboards know them. */
const KNOWN = ['handles', 'requests', 'resources'].map(
  (what) => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
);

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-own-metrics-'));
  server = await openServer({
    ...configFrom({
      server: { listen: '127.0.0.1:0' },
      storage: { path: folder },
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'gone', static_configs: [{ targets: ['127.0.0.1:1'] }] }],
    }),
    log: createLogger({ level: 'silent' }),
  });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('what Bellwether says of itself on /metrics', () => {
  it.skipIf(!installed)('is accepted by promtool check metrics', async () => {
    // Some series are there only once something has been asked for.
    for (const path of ['api/v1/query?query=up', 'api/v1/query?query=)', '-/ready'])
      await (await fetch(`${server.url}/${path}`)).text();
    const input = await (await fetch(`${server.url}/metrics`)).text();
    expect(input.match(/^# TYPE /gm)!.length).toBeGreaterThan(10);
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    const complaints = (stdout + stderr).split('\n').filter((line) => line !== '');
    expect(complaints.sort()).toEqual(KNOWN);
  });
});
