import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress as snappy } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from './compose.ts';
import { loadConfig } from './config/load.ts';
import { createLogger } from './log.ts';
import { encodeV1, encodeV2 } from './testing/encode.ts';
import { eventually } from './testing/processes.ts';

/** Names that every object of JavaScript has something under: for whoever chooses a label they are names like any other. */
const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];
const entries = (value: string) => NAMES.map((name): [string, string] => [name, value]);
const labelsText = (value: string) => NAMES.map((name) => `${name}="${value}"`).join(',');
/** Of these a target keeps what does not begin with two underscores. */
const OF_TARGET = NAMES.slice(1);

const asked: string[] = [];
const target = createServer((request, response) => {
  asked.push(request.url!);
  response.end(`scraped{${labelsText('s')}} 1\n# a text that is no number:\nother 2\n`);
});
let folder: string;
let server: RunningServer;

async function open(): Promise<void> {
  const log = createLogger({ level: 'silent' });
  server = await openServer({ ...(await loadConfig(join(folder, 'bellwether.yaml'))), log });
  await server.start();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-names-'));
  target.listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
  const { port } = target.address() as AddressInfo;
  const yaml = (value: string) => `{${NAMES.map((name) => `${name}: '${value}'`).join(', ')}}`;
  await writeFile(
    join(folder, 'rules.yml'),
    `groups:
- name: g
  interval: 1s
  rules:
  - { record: recorded, expr: pushed_1, labels: ${yaml('r')} }
  - alert: Odd
    expr: pushed_1
    labels: ${yaml('a')}
    annotations: ${yaml('{{ $labels.constructor }} {{ $labels.isPrototypeOf }}.')}
`,
  );
  await writeFile(
    join(folder, 'bellwether.yaml'),
    `server: { listen: '127.0.0.1:0' }
storage: { path: data }
global: { scrape_interval: 1s, scrape_timeout: 1s, external_labels: ${yaml('e')} }
otlp: { translation_strategy: NoTranslation, promote_resource_attributes: [isPrototypeOf] }
scrape_configs:
- job_name: odd
  params: { constructor: [p], __proto__: [q] }
  static_configs: [{ targets: ['127.0.0.1:${port}'], labels: ${yaml('t')} }]
rule_files: [rules.yml]
`,
  );
  await open();
});

afterAll(async () => {
  await server.stop();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

async function api<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}/api/v1/${path}`);
  const { status, data, error } = (await response.json()) as {
    status: string;
    data: T;
    error?: string;
  };
  if (status !== 'success') throw new Error(error);
  return data;
}

/** The labels of what an expression gives, but for those that say where it is from; undefined where there is nothing yet. */
async function labelsOf(expr: string): Promise<[string, string][] | undefined> {
  const { result } = await api<{ result: { metric: Record<string, string> }[] }>(
    `query?query=${encodeURIComponent(expr)}`,
  );
  return result[0] && own(result[0].metric);
}

function own(labels: Record<string, string>): [string, string][] {
  return Object.entries(labels)
    .filter(([name]) => !['__name__', 'job', 'instance'].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function push(path: string, type: string, body: Uint8Array | string): Promise<void> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(Buffer.from(body)),
  });
  expect([response.status, await response.text()]).toEqual([
    expect.toSatisfy((status: number) => status < 300),
    expect.anything(),
  ]);
}

describe('a label by the name of what every object has', () => {
  it('is kept by both remote writes and by OTLP', async () => {
    const samples = [[Date.now(), 1]] as const;
    const series = (name: string) =>
      [{ labels: [['__name__', name], ...entries('w')], samples }] as const;
    const type = 'application/x-protobuf';
    await push('/api/v1/write', type, await snappy(Buffer.from(encodeV1(series('pushed_1')))));
    const v2 = `${type};proto=io.prometheus.write.v2.Request`;
    await push('/api/v1/write', v2, await snappy(Buffer.from(encodeV2(series('pushed_2')))));
    const attribute = (key: string) => ({ key, value: { stringValue: 'w' } });
    const point = {
      timeUnixNano: `${Date.now()}000000`,
      asDouble: 1,
      attributes: NAMES.map(attribute),
    };
    const metrics = [{ name: 'pushed_3', gauge: { dataPoints: [point] } }];
    const resource = { attributes: [attribute('isPrototypeOf')] };
    const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
    await push('/v1/metrics', 'application/json', body);
    expect(await labelsOf('pushed_1')).toEqual(entries('w'));
    expect(await labelsOf('pushed_2')).toEqual(entries('w'));
    expect(await labelsOf('pushed_3')).toEqual(
      [...entries('w'), ['isPrototypeOf', 'w']].sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
  });

  it('is kept of a target, of what it exposes and of what it is asked by', async () => {
    const found = await eventually('the scrape', () => labelsOf('scraped'));
    expect(found).toEqual(
      [
        ['__proto__', 's'],
        ...OF_TARGET.flatMap((name) => [
          [name, 't'],
          [`exported_${name}`, 's'],
        ]),
      ].sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
    expect(await labelsOf('other')).toEqual(OF_TARGET.map((name) => [name, 't']));
    expect(asked[0]).toBe('/metrics?__proto__=q&constructor=p');
    const { activeTargets } = await api<{ activeTargets: { labels: Record<string, string> }[] }>(
      'targets',
    );
    expect(own(activeTargets.find(({ labels }) => labels['job'] === 'odd')!.labels)).toEqual(
      OF_TARGET.map((name) => [name, 't']),
    );
  });

  it('is kept of rules and alerts, and read by templates', async () => {
    expect(await eventually('the rule', () => labelsOf('recorded'))).toEqual(entries('r'));
    const { alerts } = await api<{
      alerts: { labels: Record<string, string>; annotations: Record<string, string> }[];
    }>('alerts');
    expect(own(alerts[0]!.labels)).toEqual(
      [['alertname', 'Odd'], ...entries('a')].sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
    expect(Object.entries(alerts[0]!.annotations).sort()).toEqual(entries('w .'));
    const { groups } = await api<{ groups: { rules: { labels: Record<string, string> }[] }[] }>(
      'rules',
    );
    expect(groups[0]!.rules.map(({ labels }) => own(labels))).toEqual([entries('r'), entries('a')]);
  });

  it.each(NAMES)('can be asked for: %s', async (name) => {
    expect(await api(`label/${name}/values?match[]=pushed_1`)).toEqual(['w']);
    expect(await api(`labels?match[]=pushed_1`)).toEqual(['__name__', ...NAMES].sort());
    expect(await labelsOf(`pushed_1{${name}="w"}`)).toEqual(entries('w'));
    expect(await labelsOf(`sum by (${name}) (pushed_1)`)).toEqual([[name, 'w']]);
    expect(await labelsOf(`pushed_1 * on (${name}) group_left () pushed_2`)).toEqual(entries('w'));
    expect(await labelsOf(`label_replace(vector(1), "${name}", "x", "", "")`)).toEqual([
      [name, 'x'],
    ]);
    expect(await labelsOf(`sum without (${name}) (pushed_1)`)).toEqual(
      entries('w').filter(([label]) => label !== name),
    );
    const [series] = await api<Record<string, string>[]>('series?match[]=pushed_2');
    expect(own(series!)).toEqual(entries('w'));
  });

  it('is none where nobody set it', async () => {
    for (const name of ['isPrototypeOf', 'toLocaleString', '__defineGetter__']) {
      expect(await api(`label/${name}/values`)).toEqual(name === 'isPrototypeOf' ? ['w'] : []);
      expect(await labelsOf(`pushed_1{${name}!=""}`)).toBeUndefined();
      expect(await labelsOf(`pushed_1{${name}=""}`)).toEqual(entries('w'));
    }
    const response = await fetch(`${server.url}/api/v1/rules?match[]={isPrototypeOf!=""}`);
    expect(((await response.json()) as { data: { groups: unknown[] } }).data.groups).toEqual([]);
  });

  it('is federated, with external labels where a series has none of its own', async () => {
    const text = async (metric: string) =>
      (await fetch(`${server.url}/federate?match[]=${metric}`)).text();
    expect(await text('pushed_1')).toContain(`pushed_1{${labelsText('w')}`);
    expect(await text('other')).toContain('__proto__="e"');
    expect(await text('other')).toContain('constructor="t"');
  });

  it('stands in the configuration that is shown', async () => {
    const { yaml } = await api<{ yaml: string }>('status/config');
    for (const name of NAMES) expect(yaml).toMatch(new RegExp(`^ +${name}: e$`, 'm'));
    expect(yaml).toMatch(/^ +__proto__:\n +- q$/m);
  });

  it('is a parameter nobody looks at, and no function, metric value or type of a body', async () => {
    expect(await api('query?query=1&constructor=2&__proto__=3')).toMatchObject({
      resultType: 'scalar',
    });
    await expect(api('query?query=constructor(1)')).rejects.toThrow(
      /unknown function|not a function/,
    );
    for (const type of NAMES)
      for (const path of ['/api/bellwether/v1/events', '/v1/metrics', '/api/v1/write']) {
        const { status } = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': `${type}/x`, 'content-encoding': type },
          body: '{}',
        });
        expect([path, status]).toEqual([path, 415]);
      }
  });

  it('comes back from the store after a restart', async () => {
    await server.stop();
    await open();
    for (const metric of ['pushed_1', 'pushed_2'])
      expect(await labelsOf(`last_over_time(${metric}[5m])`)).toEqual(entries('w'));
    expect(await api('label/constructor/values?match[]=pushed_1')).toEqual(['w']);
  });
});
