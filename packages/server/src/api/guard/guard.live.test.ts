import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { compressSync } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from '../../compose.ts';
import { configFrom } from '../../config/load.ts';
import { createLogger } from '../../log.ts';
import { encodeV1 } from '../../testing/encode.ts';
import { PrometheusClient } from '../../testing/prometheus-client.ts';

const CHROMIUM = '/usr/bin/chromium';

/** A site that people visit while they can reach this server. */
const stranger = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end('<!doctype html><title>a site of strangers</title>');
});
let folder: string;
let server: RunningServer;
let reloads = 0;
let browser: Browser;
let page: Page;

describe.skipIf(!existsSync(CHROMIUM))(
  'a page of strangers in a browser beside the server (package `chromium`)',
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bellwether-guard-'));
      const loaded = configFrom({
        server: { listen: '127.0.0.1:0', allowed_hosts: ['watch.example'] },
        storage: { path: folder },
      });
      server = await openServer({
        ...loaded,
        log: createLogger({ level: 'silent' }),
        load: async () => {
          reloads += 1;
          return loaded;
        },
      });
      await server.start();
      stranger.listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          // What a name server of the attacker would answer.
          '--host-resolver-rules=MAP *.example 127.0.0.1',
        ],
      });
      page = await browser.newPage();
      await page.goto(`http://attacker.example:${(stranger.address() as AddressInfo).port}/`);
    });

    afterAll(async () => {
      await browser?.close();
      stranger.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('writes no samples, whatever content type it gives or leaves out', async () => {
      const body = encodeV1([{ labels: [['__name__', 'forged']], samples: [[Date.now(), 1]] }]);
      await page.evaluate(
        async ({ bytes, url }) => {
          const blob = new Uint8Array(bytes);
          const send = (path: string, type?: string) =>
            fetch(url + path, {
              method: 'POST',
              mode: 'no-cors',
              body: blob,
              ...(type === undefined ? {} : { headers: { 'content-type': type } }),
            }).catch(() => undefined);
          await send('/api/v1/write');
          await send('/api/v1/write', 'text/plain');
          await send('/v1/metrics', 'text/plain');
          await send('/api/bellwether/v1/events', 'text/plain');
        },
        { bytes: [...compressSync(body)], url: server.url },
      );
      // The browser did send them: that nothing came of it is our doing.
      expect(await refusedAt('/api/v1/write')).toBe(2);
      expect(await refusedAt('/v1/metrics')).toBe(1);
      expect(await refusedAt('/api/bellwether/v1/events')).toBe(1);
      const api = new PrometheusClient(server.url);
      expect(await api.get('query', { query: 'forged' })).toMatchObject({ result: [] });
    });

    it('reloads nothing', async () => {
      await page.evaluate(async (url) => {
        await fetch(`${url}/-/reload`, { method: 'POST', mode: 'no-cors' }).catch(() => undefined);
      }, server.url);
      expect(await refusedAt('/-/reload')).toBe(1);
      expect(reloads).toBe(0);
    });

    it('reads nothing by a name of its own that leads here', async () => {
      const { port } = new URL(server.url);
      const answer = await page.goto(`http://attacker.example:${port}/api/v1/status/config`);
      expect(answer!.status()).toBe(403);
      expect(await answer!.text()).toContain('server.allowed_hosts');
      const known = await page.goto(`http://watch.example:${port}/api/v1/status/config`);
      expect(known!.status()).toBe(200);
    });

    it('frames nothing', async () => {
      await page.goto(`http://attacker.example:${(stranger.address() as AddressInfo).port}/`);
      const refused = page.waitForEvent('console', (message) => message.type() === 'error');
      await page.evaluate((url) => {
        const frame = document.createElement('iframe');
        frame.src = `${url}/-/healthy`;
        document.body.append(frame);
      }, server.url);
      expect((await refused).text()).toMatch(/frame-ancestors|X-Frame-Options/i);
    });

    it('leaves a program alone that pushes and reloads', async () => {
      const { status } = await fetch(`${server.url}/-/reload`, { method: 'POST' });
      expect(status).toBe(200);
      expect(reloads).toBe(1);
    });

    it('finds security headers on every kind of answer', async () => {
      for (const path of ['/-/healthy', '/metrics', '/api/v1/query?query=)', '/nothing/here']) {
        const { headers } = await fetch(server.url + path);
        expect(headers.get('x-content-type-options'), path).toBe('nosniff');
        expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
      }
    });
  },
);

/** How many POSTs of a route were answered 403, as the server counts them. */
async function refusedAt(route: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const [, count] =
    text
      .split('\n')
      .find(
        (line) =>
          line.startsWith('bellwether_http_request_duration_seconds_count{') &&
          line.includes(`route="${route}"`) &&
          line.includes('code="403"'),
      )
      ?.match(/ (\d+)$/) ?? [];
  return Number(count ?? 0);
}
