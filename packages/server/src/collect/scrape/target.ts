import { withoutEmpty } from '@bellwether/formats';
import {
  formatDuration,
  type Labels,
  labelOf,
  type Millis,
  parseDuration,
  setLabel,
} from '@bellwether/promql';
import type { TargetGroup } from '../discovery/discovery.ts';
import type { JobSettings } from './job-settings.ts';

/** One address to scrape, with the labels its series get. */
export interface Target {
  /** The `job_name` it was configured under, whatever its `job` label says after relabelling. */
  readonly job: string;
  readonly url: string;
  readonly labels: Labels;
  /** Its labels before relabelling. */
  readonly discoveredLabels: Labels;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
}

/** What became of the targets that discovery named. */
export interface ResolvedTargets {
  /** One for each distinct set of URL, labels and timing, by that. */
  readonly targets: ReadonlyMap<string, Target>;
  /** Discovered labels of those that relabelling dropped. */
  readonly dropped: readonly Labels[];
  /** A sentence for each that could not become a target. */
  readonly problems: readonly string[];
}

/** Relabels what discovery found and makes targets of what is left. */
export function resolveTargets(groups: Iterable<TargetGroup>, job: JobSettings): ResolvedTargets {
  const targets = new Map<string, Target>();
  const dropped: Labels[] = [];
  const problems: string[] = [];
  for (const group of groups) {
    for (const own of group.targets) {
      const discovered = withScrapeLabels({ ...group.labels, ...own }, job);
      const relabelled = job.relabel(discovered);
      if (relabelled === null) {
        dropped.push(discovered);
        continue;
      }
      try {
        const target = targetFrom(relabelled, discovered, job);
        targets.set(targetKey(target), target);
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        problems.push(`${group.source}: ${error.message}`);
      }
    }
  }
  return { targets, dropped, problems };
}

class TargetError extends Error {}

/** Adds the labels that tell relabelling how the target is going to be scraped; those discovery set stay. */
function withScrapeLabels(labels: Labels, job: JobSettings): Labels {
  const { config } = job;
  const out: Record<string, string> = { ...labels };
  const defaults = {
    job: config.job_name,
    __scrape_interval__: formatDuration(job.intervalMs),
    __scrape_timeout__: formatDuration(job.timeoutMs),
    __metrics_path__: config.metrics_path,
    __scheme__: config.scheme,
  };
  for (const [name, value] of Object.entries(defaults))
    if (labelOf(out, name) === '') setLabel(out, name, value);
  for (const [name, [first]] of Object.entries(config.params))
    if (first !== undefined) setLabel(out, `__param_${name}`, first);
  // An empty label is no label, here as everywhere.
  return withoutEmpty(out);
}

function targetFrom(relabelled: Labels, discoveredLabels: Labels, job: JobSettings): Target {
  const address = relabelled['__address__'] ?? '';
  if (address === '') throw new TargetError('a target has no __address__');
  const at = address.lastIndexOf('@');
  // It would be stored as the label instance of every series.
  if (at >= 0)
    throw new TargetError(
      `the address of ${address.slice(at + 1)} has credentials before it; give them by basic_auth or authorization`,
    );
  if (address.includes('/'))
    throw new TargetError(`"${address}" is not host:port; give path and scheme by their own keys`);
  const intervalMs = durationLabel(relabelled, '__scrape_interval__');
  const timeoutMs = durationLabel(relabelled, '__scrape_timeout__');
  if (timeoutMs > intervalMs)
    throw new TargetError(
      `${address}: its scrape timeout is longer than its scrape interval (${formatDuration(timeoutMs)} > ${formatDuration(intervalMs)})`,
    );
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(relabelled))
    if (!name.startsWith('__')) setLabel(labels, name, value);
  labels['instance'] ??= address;
  return {
    job: job.config.job_name,
    url: urlOf(relabelled, address, job.config.params),
    labels,
    discoveredLabels,
    intervalMs,
    timeoutMs,
  };
}

function durationLabel(labels: Labels, name: string): Millis {
  const text = labelOf(labels, name);
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch {
    // falls through to the one message below
  }
  throw new TargetError(`${name} is "${text}", which is not a duration above 0`);
}

function urlOf(
  labels: Labels,
  address: string,
  configured: Readonly<Record<string, readonly string[]>>,
): string {
  const scheme = labels['__scheme__'] ?? 'http';
  if (scheme !== 'http' && scheme !== 'https')
    throw new TargetError(`__scheme__ is "${scheme}"; it must be http or https`);
  const path = labels['__metrics_path__'] ?? '';
  const params = new URLSearchParams(
    Object.entries(configured).flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  );
  // A relabelled parameter takes the place of the first value it had, and of nothing else.
  for (const [label, value] of Object.entries(labels)) {
    if (!label.startsWith('__param_')) continue;
    const name = label.slice('__param_'.length);
    const rest = params.getAll(name).slice(1);
    params.delete(name);
    for (const each of [value, ...rest]) params.append(name, each);
  }
  params.sort();
  const query = params.toString();
  const text = `${scheme}://${address}${path.startsWith('/') ? '' : '/'}${path.replaceAll('?', '%3F').replaceAll('#', '%23')}${query === '' ? '' : `?${query}`}`;
  if (!URL.canParse(text)) throw new TargetError(`${text} is not an address`);
  return text;
}

function targetKey(target: Target): string {
  const labels = Object.entries(target.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([target.url, target.intervalMs, target.timeoutMs, labels]);
}

/**
 * The labels a scraped series is stored under: the target's win, and the scraped one moves to `exported_…`. With
 * `honorLabels` the scraped one stays, and one that is scraped empty keeps the target's away.
 */
export function targetLabels(
  scraped: Readonly<Record<string, string>>,
  target: { readonly labels: Labels; readonly honorLabels: boolean },
): Labels {
  const labels: Record<string, string> = { ...scraped };
  for (const [name, value] of Object.entries(target.labels)) {
    if (Object.hasOwn(labels, name)) {
      if (target.honorLabels) continue;
      const own = labelOf(labels, name);
      let exported = `exported_${name}`;
      while (labelOf(labels, exported) !== '') exported = `exported_${exported}`;
      if (own !== '') setLabel(labels, exported, own);
    }
    setLabel(labels, name, value);
  }
  return withoutEmpty(labels);
}
