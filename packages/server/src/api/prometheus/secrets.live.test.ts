import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from '../../compose.ts';
import { configFrom } from '../../config/load.ts';
import { createLogger } from '../../log.ts';

/** Each stands somewhere in the configuration; none may stand in an answer. */
const SECRET = /s3cr3t\d+/;
const target = createServer((request, response) => {
  response.statusCode = request.url?.includes('broken') === true ? 500 : 200;
  response.end('shop_items 1\n');
});
let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-secrets-'));
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  const targets = [{ targets: [address] }];
  server = await openServer({
    ...configFrom({
      server: { listen: '127.0.0.1:0', external_url: 'http://me:s3cr3t1@bellwether.example' },
      storage: { path: folder },
      scrape_configs: [
        {
          job_name: 'basic',
          basic_auth: { username: 'u', password: 's3cr3t2' },
          params: { access_token: ['s3cr3t3'], zone: ['x'] },
          static_configs: targets,
        },
        {
          job_name: 'broken',
          metrics_path: '/broken',
          params: { 'api-key': ['s3cr3t4', 's3cr3t5'] },
          authorization: { credentials: 's3cr3t6' },
          static_configs: targets,
        },
        {
          job_name: 'unreachable',
          bearer_token: 's3cr3t7',
          params: { password: ['s3cr3t8'] },
          static_configs: [{ targets: ['127.0.0.1:1', 'no-such-host.invalid:80'] }],
        },
        {
          job_name: 'dropped',
          params: { token: ['s3cr3t9'] },
          static_configs: targets,
          relabel_configs: [{ action: 'drop' }],
        },
        {
          job_name: 'found',
          http_sd_configs: [
            {
              url: `http://user:s3cr3t10@${address}/?sig=s3cr3t11`,
              authorization: { credentials: 's3cr3t12' },
            },
          ],
        },
      ],
    }),
    log: createLogger({ level: 'silent' }),
  });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

describe('no configured secret stands in an answer', () => {
  it.each([
    '/api/v1/status/config',
    '/api/v1/status/flags',
    '/api/v1/status/runtimeinfo',
    '/api/v1/status/buildinfo',
    '/api/v1/status/tsdb?limit=10000',
    '/api/v1/targets',
    '/api/v1/targets/metadata',
    '/api/v1/scrape_pools',
    '/api/v1/rules',
    '/api/v1/alerts',
    '/api/v1/metadata',
    '/api/v1/series?match[]={__name__!=""}',
    '/api/v1/query?query={__name__!=""}',
    '/federate?match[]={__name__!=""}',
    '/metrics',
    '/-/ready',
    '/api/bellwether/v1/overview',
  ])('to %s', async (path) => {
    const response = await fetch(`${server.url}${path}`);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(text).not.toMatch(SECRET);
  });

  it('and what is no secret is still shown', async () => {
    const config = await (await fetch(`${server.url}/api/v1/status/config`)).text();
    const { yaml } = (JSON.parse(config) as { data: { yaml: string } }).data;
    expect(yaml).toContain('password: <secret>\n');
    expect(yaml).toContain('username: u\n');
    expect(yaml).toContain('access_token:\n        - <secret>\n');
    expect(yaml).toContain('zone:\n        - x\n');
    const targets = await (await fetch(`${server.url}/api/v1/targets?scrapePool=basic`)).json();
    expect(targets).toMatchObject({
      data: {
        activeTargets: [
          {
            scrapeUrl: expect.stringContaining('/metrics?access_token=<secret>&zone=x'),
            discoveredLabels: { __param_access_token: '<secret>', __param_zone: 'x' },
            health: 'up',
          },
        ],
      },
    });
  });
});
