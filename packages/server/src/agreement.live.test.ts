import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Expr, format, parse } from '@bellwether/promql';
import { parseRuleFile } from '@bellwether/rules';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_RULE_FILES } from './demo/mail-example.ts';
import {
  eventually,
  freePort,
  type Running,
  start,
  startCli,
  startTypeScript,
} from './testing/processes.ts';
import { PrometheusClient } from './testing/prometheus-client.ts';

const SCRAPE_S = 5;
const WATCH_S = 120;
const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
const example = fileURLToPath(new URL('../../../examples/mail/src', import.meta.url));

/** Document B's own queries: sections 1 and 2, and the panels of its Grafana dashboard, as they stand there. */
const DOCUMENT_B = [
  'histogram_quantile(0.50, rate(ml_request_duration_seconds_bucket[5m]))',
  'histogram_quantile(0.95, rate(ml_request_duration_seconds_bucket[5m]))',
  'histogram_quantile(0.99, rate(ml_request_duration_seconds_bucket[5m]))',
  'rate(ml_predictions_by_class{predicted_class="positive"}[1h])',
  'rate(ml_requests_total{model_name="sentiment_classifier"}[5m])',
  'rate(ml_errors_total{model_name="sentiment_classifier"}[5m]) / rate(ml_requests_total{model_name="sentiment_classifier"}[5m])',
  'histogram_quantile(0.95, rate(ml_request_duration_seconds_bucket{model_name="sentiment_classifier"}[5m]))',
  'rate(ml_predictions_by_class{model_name="sentiment_classifier"}[1h])',
  'ml_data_drift_score{model_name="sentiment_classifier"}',
];
/** The names of its example, and those of ours. */
const RENAMED: readonly [string, string][] = [
  ['sentiment_classifier', 'mail_spam'],
  ['positive', 'spam'],
];

let folder: string;
const running: Running[] = [];
let ours: PrometheusClient;
let theirs: PrometheusClient;

/** Document B's queries, as they are and asked of our model; every rule's expression, and of those that compare with a threshold also the side that is compared. */
async function expressions(): Promise<string[]> {
  const found = new Set(DOCUMENT_B);
  for (const query of DOCUMENT_B)
    found.add(RENAMED.reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), query));
  for (const file of DEMO_RULE_FILES)
    for (const group of parseRuleFile(await readFile(file, 'utf8'), { file }).groups)
      for (const { expr } of group.rules) {
        found.add(expr);
        const tree = unwrapped(parse(expr));
        if (tree.kind === 'binary' && ['>', '<', '>=', '<='].includes(tree.op))
          found.add(format(tree.lhs));
      }
  return [...found];
}

/** One request of every kind, so that every series is there before anyone scrapes. */
async function warmUp(url: string): Promise<void> {
  const mails = [
    'Are we still on for lunch tomorrow?',
    'FREE MONEY!!! CLICK HERE TO BUY NOW, BEST PRICE',
  ];
  const tooLong = JSON.stringify({ text: 'a'.repeat(70_000) });
  const bodies = [...mails.map((text) => JSON.stringify({ text })), '{"text": "', tooLong];
  const headers = { 'content-type': 'application/json' };
  for (const body of bodies) await fetch(`${url}/predict`, { method: 'POST', headers, body });
}

function unwrapped(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapped(expr.expr) : expr;
}

describe.skipIf(!hasPrometheus)(
  'the same service scraped by us and by Prometheus (package `prometheus`)',
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bellwether-agreement-'));
      const service = startTypeScript(join(example, 'main.ts'), ['--port', '0']);
      running.push(service);
      const address = await eventually('the mail service', async () => {
        const port = /"listening":(\d+)/.exec(service.output())?.[1];
        return port === undefined ? undefined : `127.0.0.1:${port}`;
      });
      await warmUp(`http://${address}`);

      const [ourPort, theirPort] = [await freePort(), await freePort()];
      const scrape = `global: { scrape_interval: ${SCRAPE_S}s, scrape_timeout: 4s, evaluation_interval: ${SCRAPE_S}s }
scrape_configs:
  - job_name: mail
    static_configs: [{ targets: ['${address}'] }]
rule_files: [${DEMO_RULE_FILES.map((file) => JSON.stringify(file)).join(', ')}]
`;
      await writeFile(join(folder, 'prometheus.yml'), scrape);
      await writeFile(
        join(folder, 'bellwether.yaml'),
        `server: { listen: '127.0.0.1:${ourPort}' }\nstorage: { path: ours }\n${scrape}`,
      );
      running.push(startCli(['serve', '-c', join(folder, 'bellwether.yaml')]));
      running.push(
        start('prometheus', [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'theirs')}`,
          `--web.listen-address=127.0.0.1:${theirPort}`,
        ]),
      );
      ours = new PrometheusClient(`http://127.0.0.1:${ourPort}`);
      theirs = new PrometheusClient(`http://127.0.0.1:${theirPort}`);
      for (const api of [ours, theirs])
        await eventually('requests to be counted', async () =>
          (await api.vector('ml_requests_total > 0')).size > 0 ? true : undefined,
        );
      // Both have every series twice before it begins to move, so no one's first scrape swallows requests.
      await pause(2 * SCRAPE_S * 1000);
      running.push(
        startTypeScript(join(example, 'traffic.ts'), [
          '--target',
          `http://${address}`,
          '--hard-from',
          String(Date.now()),
        ]),
      );
      await pause(WATCH_S * 1000);
    });

    afterAll(async () => {
      await Promise.all(running.reverse().map((one) => one.kill()));
      await rm(folder, { recursive: true, force: true });
    });

    it("answers every rule expression of the demo with Prometheus' values, within the scrape jitter", async () => {
      const at = Math.floor(Date.now() / 1000) - SCRAPE_S;
      let compared = 0;
      for (const expr of await expressions()) {
        const exact = await theirs.vector(expr, at);
        // The two scrape at different moments of the same interval: ours may be theirs a scrape earlier or later.
        const around = await Promise.all(
          [-SCRAPE_S, 0, SCRAPE_S].map((shift) => ours.vector(expr, at + shift)),
        );
        const seen = new Set(around.flatMap((vector) => [...vector.keys()]));
        for (const [series, value] of exact) {
          expect(seen, expr).toContain(series);
          const values = around
            .flatMap((vector) => vector.get(series) ?? [])
            .filter((v) => !Number.isNaN(v));
          if (Number.isNaN(value)) continue;
          const slack = 0.05 * Math.max(...values.map(Math.abs), 1e-3);
          expect(value, `${expr} of ${series}`).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(value, `${expr} of ${series}`).toBeLessThanOrEqual(Math.max(...values) + slack);
          compared++;
        }
        const always = around[0]!;
        for (const series of always.keys())
          if (around.every((vector) => vector.has(series)))
            expect([...exact.keys()], expr).toContain(series);
      }
      expect(compared).toBeGreaterThan(10);
    });

    it('answers with the very same numbers where both look at the same samples', async () => {
      // Recorded series aside, a gauge that does not move is the same whenever it is scraped.
      const query = 'count by (__name__) ({job="mail", __name__=~"ml_.+"})';
      // A series that has just begun may have been scraped by one of them only.
      await eventually('the same series', async () => {
        expect(await ours.vector(query)).toEqual(await theirs.vector(query));
        return true;
      });
    });
  },
);
