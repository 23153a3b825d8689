import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, freePort, type Running, startCli } from './testing/processes.ts';
import { PrometheusClient } from './testing/prometheus-client.ts';

const target = createServer((_request, response) => response.end('broken 1\n'));
let folder: string;
let url: string;
let address: string;
let server: Running;
let api: PrometheusClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-reload-'));
  target.listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
  address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  url = `http://127.0.0.1:${await freePort()}`;
  api = new PrometheusClient(url);
  await write({ jobs: ['one'], rules: ['broken == 1'], recorded: true });
  server = startCli(['serve', '-c', join(folder, 'bellwether.yaml')]);
  await eventually('the alert', async () =>
    (await alert())?.state === 'firing' ? true : undefined,
  );
});

afterAll(async () => {
  await server.kill();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(to: { jobs: string[]; rules: string[]; recorded: boolean }): Promise<void> {
  const alerts = to.rules.map((expr, i) => `  - { alert: Broken${i}, expr: '${expr}', for: 2s }\n`);
  const recorded = to.recorded
    ? '- name: recorded\n  interval: 1s\n  rules:\n  - { record: copy, expr: broken }\n'
    : '';
  await writeFile(
    join(folder, 'rules.yml'),
    `groups:\n- name: alerts\n  interval: 1s\n  rules:\n${alerts.join('')}${recorded}`,
  );
  await writeFile(
    join(folder, 'bellwether.yaml'),
    `server: { listen: '${new URL(url).host}' }
storage: { path: data }
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
${to.jobs.map((job) => `  - { job_name: ${job}, static_configs: [{ targets: ['${address}'] }] }`).join('\n')}
rule_files: [rules.yml]
`,
  );
}

async function alert() {
  const alerts = await api.alerts();
  return alerts.find(({ labels }) => labels['alertname'] === 'Broken0' && labels['job'] === 'one');
}

const reload = () => fetch(`${url}/-/reload`, { method: 'POST' });

it('takes up new jobs and rules; alerts that stay go on, series of rules that are gone end', async () => {
  const before = await alert();
  await eventually('the recorded series', async () =>
    (await api.vector('copy')).size > 0 ? true : undefined,
  );
  await write({ jobs: ['one', 'two'], rules: ['broken == 1', 'broken > 5'], recorded: false });
  const response = await reload();
  expect(await response.text()).toBe('Reloaded.\n');
  expect(await alert()).toEqual(before);
  await eventually('the new job', async () =>
    (await api.vector('up{job="two"} == 1')).size === 1 ? true : undefined,
  );
  await eventually('the series of the rule that is gone to end', async () =>
    (await api.vector('copy')).size === 0 ? true : undefined,
  );
  expect((await alert())?.activeAt).toBe(before?.activeAt);
});

it('changes nothing for a wrong file, and says why', async () => {
  await writeFile(
    join(folder, 'rules.yml'),
    'groups:\n- name: g\n  rules:\n  - { record: a, expr: "sum(" }\n',
  );
  const response = await reload();
  expect(response.status).toBe(500);
  expect(await response.text()).toMatch(/Not reloaded: .*rules\.yml:4:/);
  expect((await alert())?.state).toBe('firing');
  expect([
    ...(
      await eventually('the failure to be seen', async () => {
        const failed = await api.vector('bellwether_config_last_reload_successful == 0');
        return failed.size > 0 ? failed : undefined;
      })
    ).values(),
  ]).toEqual([0]);
});

it('reloads on SIGHUP too, and ends the series of a job that is gone', async () => {
  await write({ jobs: ['one'], rules: ['broken == 1'], recorded: false });
  server.child.kill('SIGHUP');
  await eventually('the job to be gone', async () =>
    (await api.vector('up{job="two"}')).size === 0 ? true : undefined,
  );
  expect((await alert())?.state).toBe('firing');
});
