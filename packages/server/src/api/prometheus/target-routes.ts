import { hostname } from 'node:os';
import { compileMatcher, formatDuration, type Labels } from '@bellwether/promql';
import { isSecretName, redacted } from '../../config/redact.ts';
import { SHOWN } from '../../config/secret.ts';
import type { MetricSource, TargetMetadata, TargetView } from '../../metrics/source.ts';
import { success, timestamp } from './answer.ts';
import { Rows } from './json-pieces.ts';
import { selector } from './params.ts';
import type { Call, Router } from './router.ts';
import type { ServerStatus } from './server-status.ts';

/** What is scraped, and what it says of its metrics. Credentials in addresses and parameters are not shown. */
export function targetRoutes(
  { get }: Router,
  { source, status }: { readonly source: MetricSource; readonly status: () => ServerStatus },
): void {
  get('/targets', async ({ params }) => {
    const state = params.text('state')?.toLowerCase() ?? 'any';
    const pool = params.text('scrapePool');
    const ofPool = ({ job }: { job: string }): boolean => pool === undefined || job === pool;
    const wants = (wanted: string): boolean => state === 'any' || state === wanted;
    const active = wants('active') ? (await source.targets()).filter(ofPool) : [];
    const dropped = wants('dropped') ? await source.droppedTargets() : undefined;
    const counts = [...(dropped?.counts ?? [])].filter(([job]) => ofPool({ job }));
    const { config } = status();
    const rendered = new Rows(active.toSorted(byPool), (target) =>
      renderTarget(target, config.server),
    );
    return success({
      activeTargets: rendered,
      droppedTargets: new Rows(
        (dropped?.targets ?? []).filter(ofPool).toSorted(byPool),
        ({ job, discoveredLabels }) => ({
          discoveredLabels: shownLabels(discoveredLabels),
          scrapePool: job,
        }),
      ),
      droppedTargetCounts: new Map(counts),
    });
  });

  get('/scrape_pools', async () =>
    success({ scrapePools: [...(await source.scrapePools())].sort() }),
  );

  get('/targets/metadata', async (call) =>
    success(targetMetadata(call, await source.targetMetadata())),
  );
}

function targetMetadata(
  { params }: Call,
  targets: readonly TargetMetadata[],
): Record<string, unknown>[] {
  const limit = params.count('limit');
  const metric = params.text('metric');
  const match = params.text('match_target');
  const tests = (match === undefined ? [] : selector('match_target', match, true)).map(
    (matcher) => ({
      name: matcher.name,
      test: compileMatcher(matcher),
    }),
  );
  const found: Record<string, unknown>[] = [];
  for (const { target, metadata } of targets) {
    if (!tests.every(({ name, test }) => test(target[name] ?? ''))) continue;
    for (const [name, about] of metadata) {
      if (found.length >= limit) return found;
      if (metric === undefined) found.push({ target, metric: name, ...about });
      else if (metric === name) found.push({ target, ...about });
    }
  }
  return found;
}

type Addresses = ServerStatus['config']['server'];

function byPool({ job: a }: { job: string }, { job: b }: { job: string }): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function renderTarget(target: TargetView, server: Addresses): Record<string, unknown> {
  return {
    discoveredLabels: shownLabels(target.discoveredLabels),
    labels: target.labels,
    scrapePool: target.job,
    scrapeUrl: redacted(target.url),
    globalUrl: redacted(target.globalUrl ?? globalUrl(target.url, server)),
    lastError: redacted(target.lastError),
    lastScrape: timestamp(target.lastScrape),
    lastScrapeDuration: target.lastScrapeMs / 1000,
    health: target.health,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
  };
}

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The address by which others reach a target: one on this machine under the name others know the machine by, and
 * ourselves under our external address.
 */
function globalUrl(text: string, { listen, external_url }: Addresses): string {
  const url = new URL(text);
  if (!LOCAL_HOSTS.has(url.hostname)) return text;
  const external = new URL(
    external_url ?? `http://${hostname()}${listen.slice(listen.lastIndexOf(':'))}`,
  );
  if (url.port !== listen.slice(listen.lastIndexOf(':') + 1)) {
    url.hostname = external.hostname;
    return url.href;
  }
  [url.protocol, url.host] = [external.protocol, external.host];
  return url.href;
}

const PARAMETER = '__param_';

function shownLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      const parameter = name.startsWith(PARAMETER) ? name.slice(PARAMETER.length) : '';
      return [name, isSecretName(parameter) ? SHOWN : redacted(value)];
    }),
  );
}
