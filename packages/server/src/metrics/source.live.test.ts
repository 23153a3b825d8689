import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PromQLError, type QueryResult } from '@bellwether/promql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer, type RunningServer } from '../compose.ts';
import { configFrom } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { eventually, freePort, type Running, start } from '../testing/processes.ts';
import { PrometheusMetricSource } from './prometheus.ts';
import type { MetricSource } from './source.ts';

/*
 * One suite over every engine behind the port. The data stands still, so that it does not matter when who scraped.
 * Known differences of VictoriaMetrics: it has no rules (vmalert does), no exemplars and no metadata of targets, stores no
 * NaN, and keeps 15 significant digits.
 */

const DATA = `# HELP stock_items Items in stock.
# TYPE stock_items gauge
stock_items{shop="a",item="bell"} 12
stock_items{shop="a",item="rope"} 3.5
stock_items{shop="b",item="bell"} 0
stock_items{shop="b",item="wolf \\"grey\\""} -Inf
# TYPE sold_total counter
sold_total{shop="a"} 1000000000000
sold_total{shop="b"} 7
`;
/** Asked for by those who take it: text has no exemplars. */
const WITH_EXEMPLARS = `# TYPE seen counter
seen_total{shop="a"} 3 # {trace_id="t1"} 0.25
# EOF
`;
const target = createServer((request, response) => {
  if (request.url !== '/exemplars') return response.end(DATA);
  response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  return response.end(WITH_EXEMPLARS);
});
const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

let folder: string;
const running: Running[] = [];
const servers: RunningServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-source-'));
  target.listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
  const scrape = `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:${(target.address() as AddressInfo).port}'] }]
  - job_name: seen
    metrics_path: /exemplars
    static_configs: [{ targets: ['127.0.0.1:${(target.address() as AddressInfo).port}', 'dropped:1'] }]
    relabel_configs: [{ source_labels: [__address__], regex: dropped.*, action: drop }]
`;
  await writeFile(
    join(folder, 'rules.yml'),
    'groups:\n- name: g\n  interval: 1s\n  rules:\n  - alert: Low\n    expr: stock_items < 5 > 0\n    annotations: { summary: "{{ $labels.item }}" }\n  - record: shop:stock_items:sum\n    expr: sum by (shop) (stock_items)\n',
  );
  await writeFile(join(folder, 'prometheus.yml'), `${scrape}rule_files: [rules.yml]\n`);
  await writeFile(join(folder, 'victoria.yml'), scrape);
});

afterAll(async () => {
  await Promise.all(running.map((one) => one.kill()));
  for (const server of servers) await server.stop();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

async function embedded(): Promise<MetricSource> {
  const server = await openServer({
    ...configFrom(
      {
        server: { listen: '127.0.0.1:0' },
        storage: { path: join(folder, 'ours') },
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        scrape_configs: [
          {
            job_name: 'shop',
            static_configs: [{ targets: [`127.0.0.1:${(target.address() as AddressInfo).port}`] }],
          },
          {
            job_name: 'seen',
            metrics_path: '/exemplars',
            static_configs: [
              {
                targets: [`127.0.0.1:${(target.address() as AddressInfo).port}`, 'dropped:1'],
              },
            ],
            relabel_configs: [
              { source_labels: ['__address__'], regex: 'dropped.*', action: 'drop' },
            ],
          },
        ],
        rule_files: ['rules.yml'],
      },
      folder,
    ),
    log: createLogger({ level: 'silent' }),
  });
  servers.push(server);
  await server.start();
  return server.source;
}

async function prometheus(): Promise<MetricSource> {
  const port = await freePort();
  running.push(
    start('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ]),
  );
  return new PrometheusMetricSource({ url: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
}

async function victoriaMetrics(): Promise<MetricSource> {
  const port = await freePort();
  running.push(
    start('victoria-metrics', [
      `-promscrape.config=${join(folder, 'victoria.yml')}`,
      `-storageDataPath=${join(folder, 'victoria')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-search.latencyOffset=0s',
    ]),
  );
  return new PrometheusMetricSource({ url: `http://127.0.0.1:${port}`, timeoutMs: 5000 });
}

function vector({ value }: QueryResult): Map<string, number> {
  if (value.type !== 'vector') throw new Error(`a ${value.type}`);
  return new Map(
    value.samples.map(({ labels, value: v }) => {
      const { instance: _, job: __, ...rest } = labels;
      return [JSON.stringify(Object.entries(rest).sort()), v];
    }),
  );
}

const key = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).sort());

describe.each([
  { name: 'embedded', open: embedded, there: true, rules: true, exemplars: true },
  {
    name: 'Prometheus (package `prometheus`)',
    open: prometheus,
    there: has('prometheus'),
    rules: true,
    exemplars: true,
  },
  {
    name: 'VictoriaMetrics (package `victoria-metrics`)',
    open: victoriaMetrics,
    there: has('victoria-metrics'),
    rules: false,
    exemplars: false,
  },
])('a MetricSource: $name', ({ open, there, rules, exemplars }) => {
  describe.skipIf(!there)('answers', () => {
    let source: MetricSource;
    const range = () => ({ from: Date.now() - 60_000, to: Date.now() });

    beforeAll(async () => {
      source = await open();
      await eventually('samples', async () => {
        const { value } = await source.instant('count(stock_items) == 4', Date.now());
        return value.type === 'vector' && value.samples.length === 1 ? true : undefined;
      });
    });

    it('instant queries, odd values and odd labels too', async () => {
      const now = Date.now();
      expect(vector(await source.instant('stock_items{shop="a"}', now))).toEqual(
        new Map([
          [key({ __name__: 'stock_items', shop: 'a', item: 'bell' }), 12],
          [key({ __name__: 'stock_items', shop: 'a', item: 'rope' }), 3.5],
        ]),
      );
      expect(vector(await source.instant('stock_items{item="wolf \\"grey\\""}', now))).toEqual(
        new Map([[key({ __name__: 'stock_items', shop: 'b', item: 'wolf "grey"' }), -Infinity]]),
      );
      expect(vector(await source.instant('sum by (shop) (sold_total) / 1e6', now))).toEqual(
        new Map([
          [key({ shop: 'a' }), 1e6],
          [key({ shop: 'b' }), 7e-6],
        ]),
      );
    });

    it('range queries, a point for each step', async () => {
      await eventually('five seconds of samples', async () => {
        const end = Math.floor(Date.now() / 1000) * 1000;
        const { value } = await source.range('sold_total{shop="b"}', {
          start: end - 4000,
          end,
          step: 1000,
        });
        if (value.type !== 'matrix') throw new Error(value.type);
        const [series] = value.series;
        if (series === undefined || series.times.length < 5) return undefined;
        expect([...series.times]).toEqual([-4, -3, -2, -1, 0].map((s) => end + s * 1000));
        expect([...series.values]).toEqual([7, 7, 7, 7, 7]);
        return true;
      });
    });

    it('series, label names and label values', async () => {
      const match = [[{ name: '__name__', op: '=', value: 'stock_items' } as const]];
      const series = await source.series(match, range());
      expect(series.map(({ shop }) => shop).sort()).toEqual(['a', 'a', 'b', 'b']);
      expect(await source.labels(match, range())).toEqual([
        '__name__',
        'instance',
        'item',
        'job',
        'shop',
      ]);
      expect(await source.labelValues('item', match, range())).toEqual([
        'bell',
        'rope',
        'wolf "grey"',
      ]);
    });

    it('targets with their health', async () => {
      const shop = (await source.targets()).filter(({ labels }) => labels['job'] === 'shop');
      expect(shop).toMatchObject([{ health: 'up', lastError: '' }]);
    });

    it('the newest sample of each series, under its own time', async () => {
      const match = [[{ name: '__name__', op: '=', value: 'stock_items' } as const]];
      const now = Date.now();
      const latest = await source.latest(match, now);
      expect(latest.map(({ value }) => value).sort()).toEqual([-Infinity, 0, 12, 3.5].sort());
      for (const { at } of latest) {
        expect(at).toBeLessThanOrEqual(now);
        expect(at).toBeGreaterThan(now - 10_000);
      }
      expect(await source.latest(match, now - 3_600_000)).toEqual([]);
    });

    it('what series are made of, as much of it as is asked for', async () => {
      const many = await source.cardinality(1000);
      expect(many.series).toBeGreaterThanOrEqual(7);
      expect(many.seriesByName).toContainEqual({ name: 'stock_items', value: 4 });
      expect(many.valuesByLabel).toContainEqual({ name: 'item', value: 3 });
      expect(many.seriesByPair.map(({ name }) => name)).toContain('job=shop');
      expect((await source.cardinality(1)).seriesByPair).toHaveLength(1);
    });

    it('the jobs, and the targets that relabelling dropped', async () => {
      expect(await source.scrapePools()).toEqual(expect.arrayContaining(['shop', 'seen']));
      const { targets, counts } = await source.droppedTargets();
      expect(targets).toMatchObject([
        { job: 'seen', discoveredLabels: { __address__: 'dropped:1' } },
      ]);
      expect(counts.get('seen')).toBe(1);
    });

    it.skipIf(!exemplars)('exemplars, and what each target says of its metrics', async () => {
      const match = [[{ name: '__name__', op: '=', value: 'seen_total' } as const]];
      const found = await eventually('an exemplar', async () => {
        const { series } = await source.exemplars(match, range());
        return series.length > 0 ? series : undefined;
      });
      expect(found).toMatchObject([
        {
          series: { __name__: 'seen_total', shop: 'a', job: 'seen' },
          exemplars: [{ labels: { trace_id: 't1' }, value: 0.25 }],
        },
      ]);
      expect(found[0]!.exemplars).toHaveLength(1);
      const seen = (await source.targetMetadata()).find(({ target: { job } }) => job === 'seen');
      expect(seen?.metadata.get('seen')).toEqual({ type: 'counter', help: '', unit: '' });
    });

    it('in time, or not at all', async () => {
      const late = source.instant('up', Date.now(), { timeoutMs: 0 });
      if (exemplars) await expect(late).rejects.toMatchObject({ code: 'timeout' });
      const { cost } = await source.instant('stock_items', Date.now(), { stats: true });
      if (exemplars) expect(cost?.samples['totalQueryableSamples']).toBe(4);
    });

    it.skipIf(!rules)('rules and the alerts they have raised', async () => {
      const low = await eventually('the alert', async () => {
        const all = (await source.rules()).flatMap((group) => group.rules);
        const rule = all.find(({ name }) => name === 'Low');
        return rule?.type === 'alerting' && rule.alerts.length > 0 ? rule : undefined;
      });
      expect(low).toMatchObject({ state: 'firing', health: 'ok', forMs: 0 });
      expect(low.alerts).toMatchObject([
        {
          state: 'firing',
          value: 3.5,
          annotations: { summary: 'rope' },
          labels: { shop: 'a', item: 'rope' },
        },
      ]);
    });

    it('wrong expressions with an error of the same kind', async () => {
      const failed = source.instant('sum(', Date.now());
      await expect(failed).rejects.toBeInstanceOf(PromQLError);
      await expect(failed).rejects.toMatchObject({ code: 'parse' });
    });
  });
});
