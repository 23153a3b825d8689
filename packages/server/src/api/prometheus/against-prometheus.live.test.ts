import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from '../../compose.ts';
import { loadConfig } from '../../config/load.ts';
import { createLogger } from '../../log.ts';
import { encodeV1 } from '../../testing/encode.ts';
import { eventually, freePort, type Running, start } from '../../testing/processes.ts';
import { now, OPENMETRICS, PUSHED, RULES } from '../../testing/same-data.ts';

/*
 * The same requests to a real Prometheus (2.42, package `prometheus`) and to us, both fed with the same data by remote
 * write and scraping the same target. What is compared is all of the answer but what the clock and the scraping make
 * differ, which `settled` takes out.
 */

const target = createServer((_request, response) => {
  response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  response.end(OPENMETRICS);
});

let folder: string;
let ours: RunningServer;
let prometheus: Running;
let theirs: string;

beforeAll(async () => {
  if (!there) return;
  folder = await mkdtemp(join(tmpdir(), 'bellwether-against-'));
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
  const { port } = target.address() as AddressInfo;
  const config = (more: string): string => `global:
  scrape_interval: 1s
  scrape_timeout: 500ms
  evaluation_interval: 1s
  external_labels: { cluster: north, zone: z1 }
rule_files: [rules.yml]
scrape_configs:
- job_name: shop
  static_configs: [{ targets: ['127.0.0.1:${port}'], labels: { team: t } }]
- job_name: other
  scrape_interval: 1500ms
  params: { module: [http] }
  static_configs: [{ targets: ['127.0.0.1:1', 'drop:1'] }]
  relabel_configs: [{ source_labels: [__address__], regex: 'drop.*', action: drop }]
${more}`;
  await writeFile(join(folder, 'rules.yml'), RULES);
  await writeFile(join(folder, 'prometheus.yml'), config(''));
  await writeFile(
    join(folder, 'bellwether.yml'),
    config(`server: { listen: '127.0.0.1:0' }\nstorage: { path: ours }\n`),
  );
  const theirPort = await freePort();
  theirs = `http://127.0.0.1:${theirPort}`;
  prometheus = start('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'theirs')}`,
    `--web.listen-address=127.0.0.1:${theirPort}`,
    '--web.enable-remote-write-receiver',
    '--enable-feature=exemplar-storage,native-histograms',
  ]);
  ours = await openServer({
    ...(await loadConfig(join(folder, 'bellwether.yml'))),
    log: createLogger({ level: 'silent' }),
  });
  await ours.start();
  await eventually('Prometheus', async () =>
    (await fetch(`${theirs}/-/ready`)).ok ? true : undefined,
  );
  for (const url of [theirs, ours.url]) {
    const answer = await fetch(`${url}/api/v1/write`, {
      method: 'POST',
      headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(await compress(encodeV1(PUSHED))),
    });
    expect(answer.status, await answer.text()).toBe(204);
  }
  for (const url of [theirs, ours.url])
    await eventually('scrapes and rules', async () => {
      const found = await ask(
        url,
        'query?query=scraped_total%20and%20on()%20ALERTS%20and%20on()%20up{job="other"}',
      );
      return JSON.stringify(found.body).includes('untimed') ? true : undefined;
    });
});

afterAll(async () => {
  if (!there) return;
  await ours.stop();
  await prometheus.kill();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(url: string, request: string, init?: RequestInit) {
  const response = await fetch(`${url}/api/v1/${request}`, init);
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0];
  const body: unknown = type === 'application/json' ? JSON.parse(text) : text;
  return { code: response.status, body };
}

const VOLATILE = new Set([
  'lastScrape',
  'lastScrapeDuration',
  'evaluationTime',
  'lastEvaluation',
  'activeAt',
  'timings',
  'peakSamples',
  // Prometheus 3 has these, 2.42 not.
  'droppedTargetCounts',
]);

/** What does not depend on the moment, without what is ours alone. */
function settled(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isOurs(item)).map((item) => settled(item));
    return key === 'result' || items.every(isMetadata) ? items.sort(byText) : items;
  }
  // The last digit of a rate is another in Prometheus 3.
  if (typeof value === 'string' && /^-?\d+\.\d{12,}$/.test(value))
    return Number(value).toPrecision(14);
  if (typeof value !== 'object' || value === null)
    return key === 'file' ? 'rules.yml' : key === 'lastError' ? value !== '' : value;
  const entries = Object.entries(value).filter(
    ([name]) => !VOLATILE.has(name) && !(name === 'scrapePool' && !('scrapeUrl' in value)),
  );
  const inOrder = (value as { resultType?: string }).resultType !== 'vector';
  return Object.fromEntries(
    entries.map(([name, own]) => [name, settled(own, name === 'result' && inOrder ? '' : name)]),
  );
}

/** Its order is left to chance, as that of vectors is. */
function isMetadata(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'help' in item;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** We scrape ourselves. */
function isOurs(item: unknown): boolean {
  return (
    item === 'bellwether' || (item as { scrapePool?: string } | null)?.scrapePool === 'bellwether'
  );
}

const e = encodeURIComponent;
const range = `start=${now - 120}&end=${now}&step=15`;
const spell = ['work_total', 'odd', 'native', 'ended', '{__name__=~"work.*|lat.*"}'];
const there = spawnSync('prometheus', ['--version']).status === 0;

describe.skipIf(!there)('the same answer as Prometheus (package `prometheus`)', () => {
  it.each([
    ...spell.map((query) => `query?query=${e(query)}&time=${now}`),
    ...spell.map((query) => `query?query=${e(`${query}[2m]`)}&time=${now}`),
    ...[...spell, '1e-7', 'vector(1e22)', 'rate(work_total[1m])'].map(
      (query) => `query_range?query=${e(query)}&${range}`,
    ),
    `query?query=${e('1e-7')}&time=${now}`,
    `query?query=${e('vector(1e-7) or vector(1e22)')}&time=${now}`,
    `query?query=${e('"a<b> & c"')}&time=${now}`,
    'query?query=1&time=-5.5',
    'query?query=1&time=1.0005',
    'query?query=1&time=2026-11-23T00:00:00%2B01:00',
    `query?query=old&time=${now}`,
    // Half a second off, it does not matter whether windows are open on the left.
    `query?query=${e('count_over_time(vector(1)[10s:])')}&time=${now}.5`,
    ...[
      'work_total',
      'work_total[2m]',
      'rate(work_total[1m]) * 2',
      'timestamp(many)',
      'sum(many) + sum(many)',
      'max_over_time(many[1m:15s])',
      'max_over_time(many[1m])[1m:30s]',
      'absent(work_total)',
      'absent_over_time(nothing[1m])',
      'many offset 30s',
      'topk(3, many)',
    ].map((query) => `query?query=${e(query)}&time=${now}&stats=all`),
    ...[
      'work_total',
      'rate(work_total[1m])',
      'many @ end()',
      'sum_over_time(many[1m] @ start())',
      'sum(max_over_time(many[1m:15s]))',
      'timestamp(work_total)',
      'sum(many) / on() group_left() sum(work_total)',
      'absent_over_time(many[1m])',
    ].map((query) => `query_range?query=${e(query)}&${range}&stats=all`),
  ])('to %s', async (request) => {
    await same(request);
  });

  it.each([
    'query_exemplars?query=work_total',
    `query_exemplars?query=${e('rate(work_total{job="a"}[5m]) + on() sum(lat_bucket)')}&start=${now - 80}&end=${now}`,
    `query_exemplars?query=${e('{__name__=~"work_.*",job!="b"}')}`,
    'query_exemplars?query=nothing_like_it',
    'query_exemplars?query=1',
    'query_exemplars?query=up&start=10&end=5',
    'query_exemplars?query=scraped_total{kind="timed"}',
  ])('about exemplars: %s', async (request) => {
    await same(request);
  });

  it('about an exemplar that the target gives no time for: one, at its first scrape', async () => {
    const found = async (url: string) => {
      const { body } = await ask(url, 'query_exemplars?query=scraped_total{kind="untimed"}');
      const [series] = (body as { data: { exemplars: { timestamp: number }[] }[] }).data;
      return series!.exemplars.map(({ timestamp: _, ...rest }) => rest);
    };
    expect(await found(theirs)).toEqual([{ labels: { trace_id: 's2' }, value: '1.5' }]);
    expect(await found(ours.url)).toEqual(await found(theirs));
  });

  it.each([
    'series?match[]=work_total',
    `series?match[]=lat_bucket&match[]=${e('{job="a"}')}`,
    `series?match[]=work_total&start=${now + 500}&end=${now + 600}`,
    'series?match[]=up&start=10&end=5',
    'labels?match[]=work_total',
    'label/job/values?match[]=work_total',
    'label/path/values',
    `label/i/values?match[]=${e('many{i=~"value 1.*"}')}`,
    'label/job/values?start=5&end=4',
    'scrape_pools',
    'targets?scrapePool=shop',
    'targets?scrapePool=other',
    'targets?state=dropped',
    'targets?state=ACTIVE&scrapePool=other',
    'targets?state=any&scrapePool=none',
    'targets?state=unheard-of',
    `targets/metadata?match_target=${e('{job="shop"}')}`,
    'targets/metadata?metric=heat_celsius',
    'targets/metadata?metric=nothing',
    'metadata?metric=heat_celsius',
    'metadata?metric=scraped&limit=1',
    'metadata?metric=nothing',
    'metadata?limit=0',
    'alertmanagers',
    'alerts',
    'rules?type=alert',
    'rules?type=RECORD&unknown=1',
    'status/walreplay',
    `format_query?query=${e('sum(a)by(b)')}`,
  ])('to %s', async (request) => {
    if (request === 'rules?type=RECORD&unknown=1') {
      // Prometheus 3 leaves out groups without rules, 2.42 does not.
      const { body } = await ask(theirs, request);
      const all = body as { data: { groups: { rules: unknown[] }[] } };
      all.data.groups = all.data.groups.filter(({ rules }) => rules.length > 0);
      expect(settled((await ask(ours.url, request)).body)).toEqual(settled(all));
    } else await same(request);
  });

  it.each([
    'query',
    `query?query=${e('rate(up)')}`,
    'query?query=up&timeout=x',
    'query_range?query=up&start=1&end=5&step=1&timeout=x',
    'query_range?query=up&start=10&end=5&step=1',
    'query_range?query=up&start=1&end=5&step=0',
    'query_range?query=up&start=1&end=5&step=x',
    'query_range?query=1&start=1&end=11002&step=1',
    'series',
    'rules?type=other',
    'metadata?limit=x',
    'targets/metadata?limit=x',
  ])('to a wrong request, word for word: %s', async (request) => {
    await same(request);
  });

  // Here our words differ: they name the parameter, say what to do, or are those of Prometheus 3.
  it.each([
    `query?query=${e('work_total + on() many')}`,
    'query?query=sum(',
    'query_exemplars?query=sum(',
    'query_exemplars',
    'format_query?query=sum(',
    `query?query=${e('{a=~"("}')}`,
    `series?match[]=${e('{x=~".*"}')}`,
    'query?query=up&time=yesterday',
    'query?query=up&time=2026-11-23T00:00:00',
    'query?query=up&timeout=0',
    'query?query=1&time=1e400',
    'query?query=up&time=1e400',
    'query?query=up&timeout=1e400',
    'query_range?query=1&start=0&end=10&step=1e400',
    'query_range?query=1&start=0&end=10&step=10000000000000',
    'query_range?query=up&start=0&end=1e400&step=1',
    'query_range?query=up&start=-1e300&end=1e300&step=1e298',
    'series?match[]=up&start=-1e400',
    'labels?start=1e400',
    'query_exemplars?query=up&start=1e400',
    'query_range?query=sum(&start=1&end=5&step=1',
    `query_range?query=${e('up[5m]')}&start=1&end=5&step=1`,
    'query_range?query=up&end=20000&step=1',
    'series?match[]=sum(work_total)',
    'labels?match[]=x{',
    `labels?match[]=${e('{x=~".*"}')}`,
    'labels?start=x',
    'query_exemplars?query=up&start=x',
    'targets/metadata?match_target=sum(',
  ])('to a wrong request, in other words: %s', async (request) => {
    const [a, b] = await Promise.all([ask(theirs, request), ask(ours.url, request)]);
    const kind = ({ code, body }: typeof a) => [code, (body as { errorType: string }).errorType];
    expect(kind(b)).toEqual(kind(a));
  });

  it('to what is not offered', async () => {
    for (const what of ['delete_series?match[]=up', 'clean_tombstones', 'snapshot'])
      for (const method of ['POST', 'PUT']) await same(`admin/tsdb/${what}`, { method });
    for (const request of ['nothing', 'status/nothing']) {
      const [a, b] = await Promise.all([ask(theirs, request), ask(ours.url, request)]);
      expect(b.code).toBe(a.code);
    }
  });

  it('to a form as to the address', async () => {
    const body = `query=work_total&${range}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['query_range', 'query_exemplars', 'format_query'])
      await same(path, { method: 'POST', headers, body });
    await same('series', { method: 'POST', headers, body: 'match[]=work_total' });
    await same('labels', { method: 'POST', headers, body: 'match[]=work_total' });
  });

  it('to a form beside an address, and to a body that is no form', async () => {
    const post = (body: string, type = 'application/x-www-form-urlencoded') => ({
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    await same('query?query=1&time=5', post('query=2&time=7'));
    await same('series?match[]=odd', post('match[]=work_total'));
    for (const type of ['application/json', 'text/plain', 'image/png'])
      await same('query?query=1&time=5', post('{"query":', type));
  });

  it('to requests as large as a list of selectors may be', async () => {
    await same(`series?match[]=work_total&x=${'y'.repeat(17_000)}`);
    const body = `match[]=work_total&x=${'y'.repeat(1_500_000)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await same('series', { method: 'POST', headers, body });
  });

  it('to pages of other origins and their browsers', async () => {
    const crossing = [
      ['GET', 'query?query=1'],
      ['POST', 'query?query=1'],
      ['GET', 'query?query=)'],
      ['GET', 'labels'],
      ['GET', 'label/job/values'],
      ['GET', 'rules'],
      ['OPTIONS', 'query_range'],
      ['OPTIONS', 'status/config'],
    ] as const;
    for (const [method, path] of crossing) {
      const [a, b] = await Promise.all(
        [theirs, ours.url].map(async (url) => {
          const origin = 'http://grafana.example';
          const answer = await fetch(`${url}/api/v1/${path}`, { method, headers: { origin } });
          await answer.arrayBuffer();
          const found = [...answer.headers].filter(([name]) => name.startsWith('access-control-'));
          const varies = answer.headers.get('vary')?.split(', ').includes('Origin');
          return { status: answer.status, varies, found };
        }),
      );
      expect(b, path).toEqual(a);
      expect(b!.found).toContainEqual(['access-control-allow-origin', '*']);
    }
  });

  it('to methods that are not taken', async () => {
    const refused = [
      ['PUT', 'query'],
      ['DELETE', 'query_range'],
      ['HEAD', 'query'],
      ['HEAD', 'label/job/values'],
      ['POST', 'targets'],
      ['PATCH', 'metadata'],
    ] as const;
    for (const [method, path] of refused) {
      const [a, b] = await Promise.all(
        [theirs, ours.url].map(async (url) => {
          const { status, headers } = await fetch(`${url}/api/v1/${path}`, { method });
          return { status, allow: headers.get('allow') };
        }),
      );
      expect(b).toEqual(a);
    }
  });

  it.each([
    'match[]=work_total',
    `match[]=lat_bucket&match[]=${e('{__name__=~"lat.*|odd"}')}&match[]=old`,
    `match[]=${e('{__name__=~"ended|native|many"}')}`,
    'match[]=nothing',
    '',
    'match[]=sum(',
  ])('of federation, byte for byte: %s', async (query) => {
    const get = async (url: string) => {
      const response = await fetch(`${url}/federate?${query}`);
      return {
        code: response.status,
        type: response.headers.get('content-type'),
        text: response.status === 200 ? await response.text() : '',
      };
    };
    const expected = await get(theirs);
    expect(await get(ours.url)).toEqual(expected);
    if (query === 'match[]=work_total') expect(expected.text.split('\n')).toHaveLength(5);
  });

  it('of federation to a selector that everything fits, and of targets to one', async () => {
    for (const url of [theirs, ours.url]) {
      const all = await fetch(`${url}/federate?match[]=${e('{job=~".*"}')}`);
      expect(all.status).toBe(200);
      const some = await fetch(`${url}/federate?match[]=work_total`);
      const lines = (await all.text()).split('\n');
      expect(lines).toEqual(expect.arrayContaining((await some.text()).trim().split('\n')));
    }
    await same(`targets/metadata?match_target=${e('{job=~".*"}')}&metric=heat_celsius`);
  });

  it('in the order that a query asks for', async () => {
    const request = `query?query=${e('sort_desc(many > 300)')}&time=${now}`;
    const [a, b] = await Promise.all([ask(theirs, request), ask(ours.url, request)]);
    expect(b).toEqual(a);
  });

  it('about cardinality, where both hold the same series', async () => {
    type Lists = Record<string, { name: string; value: number }[]>;
    const [a, b] = (
      await Promise.all([ask(theirs, 'status/tsdb'), ask(ours.url, 'status/tsdb?limit=10000')])
    ).map(({ body }) => (body as { data: Lists & { headStats: object } }).data);
    expect(Object.keys(b!)).toEqual(Object.keys(a!));
    // We hold no chunks.
    const { chunkCount: _, ...head } = a!.headStats as { chunkCount: number };
    expect(Object.keys(b!.headStats).sort()).toEqual(Object.keys(head).sort());
    const shared = {
      seriesCountByMetricName: ['many', 'work_total', 'odd'],
      labelValueCountByLabelName: ['i', 'oddity'],
      memoryInBytesByLabelName: ['i', 'oddity', 'path'],
      seriesCountByLabelValuePair: ['__name__=many', '__name__=odd'],
    };
    for (const [list, names] of Object.entries(shared)) {
      const expected = a![list]!.filter(({ name }) => names.includes(name));
      expect(expected.length, list).toBeGreaterThan(0);
      for (const entry of expected) expect(b![list]).toContainEqual(entry);
    }
  });

  it('about the configuration and itself, in the keys that are true for us', async () => {
    const keys = async (url: string, what: string) => {
      const { body } = await ask(url, `status/${what}`);
      return Object.keys((body as { data: object }).data);
    };
    expect(await keys(ours.url, 'buildinfo')).toEqual(await keys(theirs, 'buildinfo'));
    expect(await keys(ours.url, 'config')).toEqual(await keys(theirs, 'config'));
    const go = ['corruptionCount', 'goroutineCount', 'GOMAXPROCS', 'GOGC', 'GODEBUG'];
    expect(await keys(ours.url, 'runtimeinfo')).toEqual(
      expect.arrayContaining(
        (await keys(theirs, 'runtimeinfo')).filter((key) => !go.includes(key)),
      ),
    );
    expect(await keys(theirs, 'flags')).toEqual(
      expect.arrayContaining(await keys(ours.url, 'flags')),
    );
  });

  async function same(request: string, init?: RequestInit): Promise<void> {
    const [a, b] = await Promise.all([ask(theirs, request, init), ask(ours.url, request, init)]);
    expect({ code: b.code, body: settled(b.body) }).toEqual({
      code: a.code,
      body: settled(a.body),
    });
  }
});
