import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFrom } from '../../config/load.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { openEmbeddedClickHouse } from '../../store/clickhouse.ts';
import { History } from '../../store/metrics/history.ts';
import { MetricStore } from '../../store/metrics/metric-store.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { eventually, freePort, type Running, start } from '../../testing/processes.ts';
import { MetadataBook } from './metadata.ts';
import { ScrapeManager } from './scrape-manager.ts';

type Jobs = NonNullable<ConfigInput['scrape_configs']>;

const NODE_EXPORTER = 'prometheus-node-exporter';
const OPENSSL = 'openssl';
const hasNodeExporter = spawnSync(NODE_EXPORTER, ['--version']).status === 0;
const PASSWORD = 'correct horse';

let folder: string;
let client: ClickHouseClient;
let store: MetricStore;
let manager: ScrapeManager;
let logged: string;
/** Answers over TLS to those who know the password. */
let server: Server;
let port: number;
let asked = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-manager-'));
  const made = spawnSync(OPENSSL, [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=target.test'],
    ...['-addext', 'subjectAltName=DNS:target.test'],
    ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  ]);
  expect(made.status).toBe(0);
  server = createServer(
    {
      key: await readFile(join(folder, 'key.pem')),
      cert: await readFile(join(folder, 'cert.pem')),
    },
    (request, response) => {
      asked++;
      const allowed = `Basic ${Buffer.from(`scraper:${PASSWORD}`).toString('base64')}`;
      const status = request.headers.authorization === allowed ? 200 : 401;
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' });
      response.end('a 1\n');
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

beforeEach(async () => {
  const data = await mkdtemp(join(folder, 'data-'));
  client = await openEmbeddedClickHouse(data);
  await migrate(client, { retentionMs: 30 * 86_400_000 });
  const log = pino({ level: 'silent' });
  store = await MetricStore.open({ history: new History(client), headMs: 3_600_000, log });
  logged = '';
});

afterEach(async () => {
  await manager.stop();
  await store.close();
  await client.close();
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function settings(jobs: Jobs) {
  return configFrom({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: jobs,
  }).config;
}

async function startWith(jobs: Jobs): Promise<void> {
  manager = new ScrapeManager({
    config: settings(jobs),
    directory: folder,
    store,
    metadata: new MetadataBook(),
    log: pino(
      { level: 'trace' },
      {
        write(line) {
          logged += line;
        },
      },
    ),
    self: { instance: '127.0.0.1:2355', read: async () => 'bellwether_up 1\n' },
  });
  await manager.start();
}

/** The last sample of each series of a metric, by instance. */
async function last(name: string): Promise<Record<string, number | 'stale'>> {
  const found = await store.select([{ name: '__name__', op: '=', value: name }], {
    from: Date.now() - 60_000,
    to: Date.now() + 60_000,
  });
  return Object.fromEntries(
    found.map(({ labels, values, stale }) => {
      const end = values.length - 1;
      const ended = stale !== undefined && (stale[end >> 3]! & (1 << (end & 7))) !== 0;
      return [labels['instance'], ended ? 'stale' : values[end]!];
    }),
  );
}

const tls = { scheme: 'https', basic_auth: { username: 'scraper', password: PASSWORD } };
const trusted = { ca_file: 'cert.pem', server_name: 'target.test' };

describe('scraping over TLS with a password', () => {
  const view = () => manager.targets.find(({ job }) => job === 'secure')!;
  const at = () => ({ job_name: 'secure', static_configs: [{ targets: [`127.0.0.1:${port}`] }] });

  it('trusts the configured authority and server name', async () => {
    await startWith([{ ...at(), ...tls, tls_config: trusted }]);
    expect(view()).toMatchObject({ health: 'up', lastError: '' });
  });

  it('reads the password of a file at each request', async () => {
    await writeFile(join(folder, 'password'), 'wrong\n');
    const basic_auth = { username: 'scraper', password_file: 'password' };
    await startWith([{ ...at(), scheme: 'https', basic_auth, tls_config: trusted }]);
    expect(view().lastError).toBe('server returned HTTP status 401 Unauthorized');
    await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
    await vi.waitFor(() => expect(view().health).toBe('up'), 10_000);
  });

  it.each([
    ['an unknown authority', {}, /self-signed|self signed|unable to verify/],
    ['another name', { ca_file: 'cert.pem' }, /altnames|Hostname\/IP/],
    ['a missing file', { ca_file: 'gone.pem' }, /cannot read the TLS CA .*gone\.pem/],
  ])('refuses %s, and shows no secret', async (_, tls_config, message) => {
    await startWith([{ ...at(), ...tls, tls_config }]);
    expect(view().health).toBe('down');
    expect(view().lastError).toMatch(message);
    const shown = logged + JSON.stringify(manager.targets);
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain(Buffer.from(`scraper:${PASSWORD}`).toString('base64'));
  });

  it('asks whomever it is with insecure_skip_verify', async () => {
    await startWith([{ ...at(), ...tls, tls_config: { insecure_skip_verify: true } }]);
    expect(view().health).toBe('up');
  });
});

describe('changing the configuration of a running server', () => {
  const job = (targets: string[], more: object = {}): Jobs[number] => ({
    job_name: 'secure',
    ...tls,
    tls_config: trusted,
    static_configs: [{ targets }],
    ...more,
  });

  it('keeps what stays, ends what goes and starts what comes', async () => {
    const here = `127.0.0.1:${port}`;
    const also = `localhost:${port}`;
    await startWith([
      job([here]),
      { job_name: 'leaving', static_configs: [{ targets: ['127.0.0.1:1'] }] },
    ]);
    const before = manager.targets.find(({ job: name }) => name === 'secure')!.lastScrape;
    expect(await last('up')).toMatchObject({ [here]: 1, '127.0.0.1:1': 0 });

    const askedBefore = asked;
    await manager.reload(settings([job([here, also])]));
    // The target that stays was not asked again out of turn: its view is that of the loop from before.
    const stays = manager.targets.find(({ labels }) => labels['instance'] === here)!;
    expect(stays.lastScrape).toBeGreaterThanOrEqual(before!);
    expect(asked - askedBefore).toBeLessThanOrEqual(2);
    await vi.waitFor(
      async () =>
        expect(await last('up')).toMatchObject({ [here]: 1, [also]: 1, '127.0.0.1:1': 'stale' }),
      10_000,
    );

    await manager.reload(settings([job([also])]));
    await vi.waitFor(
      async () => expect(await last('a')).toEqual({ [here]: 'stale', [also]: 1 }),
      10_000,
    );
  });

  it('leaves no gap where only the way of scraping changes', async () => {
    const here = `127.0.0.1:${port}`;
    await startWith([job([here])]);
    await manager.reload(settings([job([here], { sample_limit: 5 })]));
    await manager.reload(settings([job([here], { scrape_interval: '2s' })]));
    await vi.waitFor(() => expect(manager.targets[1]!.intervalMs).toBe(2000), 10_000);
    const [series] = await store.select([{ name: '__name__', op: '=', value: 'a' }], {
      from: Date.now() - 60_000,
      to: Date.now() + 60_000,
    });
    expect(series!.stale).toBeUndefined();
    expect(manager.targets).toHaveLength(2);
  });

  it('fails all targets of a job that has more than target_limit, and shows those that were dropped', async () => {
    const here = `127.0.0.1:${port}`;
    const drop = { source_labels: ['__address__'], regex: 'drop.*', action: 'drop' };
    await startWith([
      job([here, `localhost:${port}`, 'drop-me:1'], { target_limit: 1, relabel_configs: [drop] }),
    ]);
    for (const view of manager.targets.filter(({ job: name }) => name === 'secure'))
      expect(view.lastError).toBe('target_limit exceeded (number of targets: 2, limit: 1)');
    expect(manager.droppedTargets.targets).toEqual([
      {
        job: 'secure',
        discoveredLabels: expect.objectContaining({ __address__: 'drop-me:1', job: 'secure' }),
      },
    ]);
    expect(manager.droppedTargets.counts).toEqual(new Map([['secure', 1]]));
    expect(manager.pools).toEqual(['bellwether', 'secure']);
  });
});

describe.skipIf(!hasNodeExporter)(
  'scraping node-exporter (package `prometheus-node-exporter`)',
  () => {
    let exporter: Running;
    let address: string;

    beforeAll(async () => {
      address = `127.0.0.1:${await freePort()}`;
      exporter = start(NODE_EXPORTER, [`--web.listen-address=${address}`]);
      await eventually('node-exporter', async () =>
        (await fetch(`http://${address}/`)).ok ? true : undefined,
      );
    });

    afterAll(async () => {
      await exporter.kill();
    });

    it('stores each of its samples', async () => {
      await startWith([{ job_name: 'node', static_configs: [{ targets: [address] }] }]);
      const view = manager.targets.find(({ job }) => job === 'node')!;
      expect(view).toMatchObject({ health: 'up', lastError: '' });
      const scraped = (await last('scrape_samples_scraped'))[address];
      const stored = await store.select(
        [
          { name: 'job', op: '=', value: 'node' },
          { name: '__name__', op: '!~', value: 'up|scrape_(duration|samples|series)_.*' },
        ],
        { from: Date.now() - 60_000, to: Date.now() + 1000 },
      );
      expect(scraped).toBeGreaterThan(300);
      expect(stored).toHaveLength(scraped as number);
      // Those of the samples that stand still while we look.
      const text = await (await fetch(`http://${address}/metrics`)).text();
      const total = /^node_memory_MemTotal_bytes (\S+)$/m.exec(text)?.[1];
      expect((await last('node_memory_MemTotal_bytes'))[address]).toBe(Number(total));
    });
  },
);
