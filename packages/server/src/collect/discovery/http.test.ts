import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFrom } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { TargetGroup } from './discovery.ts';
import { HttpDiscovery } from './http.ts';

type HttpSdInput = NonNullable<
  NonNullable<ConfigInput['scrape_configs']>[number]['http_sd_configs']
>[number];

let server: Server;
let url: string;
let answer: { status: number; type: string; body: string };
let headers: NodeJS.Dict<string | string[]>;
let asked = 0;
let seen: (readonly TargetGroup[])[] = [];
let discovery: HttpDiscovery;
let warnings: string[];

beforeEach(async () => {
  server = createServer((request, response) => {
    asked++;
    headers = request.headers;
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/targets`;
  seen = [];
  asked = 0;
  warnings = [];
});

afterEach(async () => {
  await discovery.stop();
  server.close();
});

const asMe = () => ({ url, basic_auth: { username: 'u', password: 'p' } });

async function discover(sd: HttpSdInput = asMe()): Promise<void> {
  const { config } = configFrom({
    scrape_configs: [
      {
        job_name: 'j',
        http_sd_configs: [{ refresh_interval: '500ms', ...sd }],
      },
    ],
  });
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
  discovery = new HttpDiscovery(config.scrape_configs[0]!.http_sd_configs[0]!, '.', log);
  await discovery.start((groups) => seen.push(groups));
}

// Source: prometheus.io, "Writing HTTP service discovery".
describe('discovering targets at an HTTP endpoint', () => {
  it('asks with its identity and interval, and reads the documented answer', async () => {
    answer = {
      status: 200,
      type: 'application/json; charset=utf-8',
      body: '[{"targets": ["10.0.10.2:9100", "10.0.10.3:9100"], "labels": {"__meta_datacenter": "london"}}]',
    };
    await discover();
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
    expect(headers['x-prometheus-refresh-interval-seconds']).toBe('0.5');
    expect(headers['accept']).toBe('application/json');
    expect(seen).toEqual([
      [
        {
          source: `${url}:0`,
          targets: [{ __address__: '10.0.10.2:9100' }, { __address__: '10.0.10.3:9100' }],
          labels: { __meta_datacenter: 'london', __meta_url: url },
        },
      ],
    ]);
  });

  it('takes null for a list or map without anything in it, as Go writes it', async () => {
    answer = {
      status: 200,
      type: 'application/json',
      body: '[{"targets": ["a:1", ""], "labels": null}, {"targets": null, "labels": {"x": "y"}}, {"targets": ["b:1"]}]',
    };
    await discover();
    expect(seen.at(-1)!.map(({ targets }) => targets.map((each) => each['__address__']))).toEqual([
      ['a:1', ''],
      [],
      ['b:1'],
    ]);
    answer = { ...answer, body: 'null' };
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([]), 5000);
    expect(warnings).toEqual([]);
  });

  it('asks through its proxy, with a token of OAuth 2.0', async () => {
    const tokens = createServer((_request, response) => {
      response.end('{"access_token":"t1","token_type":"Bearer"}');
    }).listen(0, '127.0.0.1');
    const asThey: string[] = [];
    const proxy = createServer((request, response) => {
      asThey.push(`${request.url} ${request.headers.authorization}`);
      response.setHeader('content-type', 'application/json');
      response.end('[{"targets": ["a:1"]}]');
    }).listen(0, '127.0.0.1');
    await Promise.all([tokens, proxy].map((one) => once(one, 'listening')));
    const port = (of: Server): number => (of.address() as AddressInfo).port;
    try {
      await discover({
        url: 'http://sd.test/targets',
        oauth2: { client_id: 'me', token_url: `http://127.0.0.1:${port(tokens)}/` },
        proxy_url: `http://127.0.0.1:${port(proxy)}`,
      });
      expect(asThey).toEqual(['http://sd.test/targets Bearer t1']);
      expect(seen[0]![0]!.targets).toEqual([{ __address__: 'a:1' }]);
    } finally {
      await discovery.stop();
      for (const one of [tokens, proxy]) {
        one.closeAllConnections();
        one.close();
      }
    }
  });

  it.each([
    [{ status: 500, type: 'application/json', body: '[]' }, '500'],
    [{ status: 200, type: 'text/plain', body: '[]' }, 'not application/json'],
    [{ status: 200, type: 'application/json', body: '{"targets": []}' }, 'not a list of target'],
    [{ status: 200, type: 'application/json', body: '[{' }, 'JSON'],
  ])(
    'keeps the targets it knows when the answer is %j, and says so without the password',
    async (bad, message) => {
      answer = { status: 200, type: 'application/json', body: '[{"targets": ["a:1"]}]' };
      await discover();
      answer = bad;
      await vi.waitFor(() => expect(warnings.join()).toContain(message), 5000);
      expect(seen).toHaveLength(1);
      expect(warnings.join()).not.toContain(Buffer.from('u:p').toString('base64'));
      const before = asked;
      await vi.waitFor(() => expect(asked).toBeGreaterThan(before), 5000);
      expect(warnings).toHaveLength(1);
    },
  );

  it('lets targets go when the endpoint says that there are none', async () => {
    answer = { status: 200, type: 'application/json', body: '[{"targets": ["a:1"]}]' };
    await discover();
    answer = { status: 200, type: 'application/json', body: '[]' };
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([]), 5000);
  });
});
