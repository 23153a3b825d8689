import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, freePort, type Running, startCli } from '../testing/processes.ts';
import { PrometheusClient } from '../testing/prometheus-client.ts';

const CHROMIUM = '/usr/bin/chromium';
const pages = fileURLToPath(new URL('../../../web/dist/index.html', import.meta.url));
const screenshots =
  process.env['SCREENSHOTS'] ??
  fileURLToPath(new URL('../../../../.cache/screenshots', import.meta.url));
const PANELS = ['request-rate', 'error-rate', 'latency-p95', 'accuracy'];
/** Alerts of the demo's own rule file that only the hard mail brings about. */
const CAUSED_BY_HARD_MAIL = ['MailAccuracyFalling', 'MailSegmentAccuracyLow'];

let folder: string;
let demo: Running;
let browser: Browser;
let page: Page;
let url: string;

describe.skipIf(!existsSync(CHROMIUM) || !existsSync(pages))(
  'the demo in a real browser (package `chromium`, built pages)',
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bellwether-demo-test-'));
      await mkdir(screenshots, { recursive: true });
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      demo = startCli(['demo', '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data')]);
      await eventually(
        'the demo to be watching',
        async () => {
          if (demo.child.exitCode !== null) throw new Error(demo.output());
          return demo.output().includes('Bellwether is watching') ? true : undefined;
        },
        240_000,
      );
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--no-first-run',
        ],
      });
      page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    });

    afterAll(async () => {
      await browser?.close();
      await demo?.kill();
      await rm(folder, { recursive: true, force: true });
    });

    it('shows four panels whose numbers are those of /api/v1/query', async () => {
      await page.goto(url);
      await page.waitForSelector(
        '[data-testid="panel-accuracy"][data-value]:not([data-value="null"])',
      );
      const api = new PrometheusClient(url);
      // One reading of the page, so that all four numbers are of the same moment.
      const shown = await page.evaluate((ids) => {
        const at = document.querySelector('[data-at]')?.getAttribute('data-at');
        return {
          at: Number(at),
          panels: ids.map((id) => {
            const { dataset } = document.querySelector<HTMLElement>(`[data-testid="panel-${id}"]`)!;
            return {
              value: Number(dataset['value']),
              expr: dataset['expr']!,
              state: dataset['state'],
            };
          }),
        };
      }, PANELS);
      for (const { value, expr, state } of shown.panels) {
        expect(state).not.toBe('unknown');
        const [asked] = [...(await api.vector(expr, shown.at / 1000)).values()];
        expect(asked).toBe(value);
      }
    });

    it('has a day behind it, drawn as lines, with the replay said in words', async () => {
      const api = new PrometheusClient(url);
      const now = Date.now() / 1000;
      const requests = await api.range(
        'sum(increase(ml_requests_total[1h]))',
        now - 23 * 3600,
        now,
        3600,
      );
      const [points] = [...requests.values()];
      expect(points!.length).toBeGreaterThanOrEqual(23);
      for (const [, value] of points!) expect(value).toBeGreaterThan(0);
      expect(await page.getByTestId('demo-note').textContent()).toContain('replayed');
    });

    it('fires an alert that the hard mail causes, within three minutes of the live start', async () => {
      const firing = await eventually(
        'an alert of the hard mail',
        async () => {
          const alerts = await new PrometheusClient(url).alerts();
          return alerts.find(
            ({ labels, state }) =>
              state === 'firing' && CAUSED_BY_HARD_MAIL.includes(labels['alertname']!),
          );
        },
        180_000,
      );
      await page.waitForSelector(
        `[data-testid="alert-${firing.labels['alertname']}"][data-alert-state="firing"]`,
        { timeout: 30_000 },
      );
    });

    it('fits a phone and a desk, light and dark', async () => {
      for (const width of [1440, 375])
        for (const colorScheme of ['light', 'dark'] as const) {
          const context = await browser.newContext({
            viewport: { width, height: 900 },
            colorScheme,
          });
          const view = await context.newPage();
          await view.goto(url);
          await view.waitForSelector(
            '[data-testid="panel-accuracy"][data-value]:not([data-value="null"])',
          );
          await view.waitForTimeout(1500);
          const overflow = await view.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow).toBeLessThanOrEqual(0);
          await view.screenshot({
            path: join(screenshots, `health-${width}-${colorScheme}.png`),
            fullPage: true,
          });
          await context.close();
        }
    });
  },
);
