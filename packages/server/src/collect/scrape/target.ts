import type { Labels, Millis } from '@bellwether/promql';
import type { Config, ScrapeConfig } from '../../config/schema.ts';

/** One address to scrape, with the labels its series get. */
export interface Target {
  readonly job: string;
  readonly url: string;
  readonly labels: Labels;
  readonly discoveredLabels: Labels;
  readonly intervalMs: Millis;
  readonly timeoutMs: Millis;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly sampleLimit: number;
}

/** The targets of static configurations, with `job` and `instance` set as Prometheus sets them. */
export function staticTargets(config: ScrapeConfig, global: Config['global']): Target[] {
  const intervalMs = config.scrape_interval ?? global.scrape_interval;
  const timeoutMs = Math.min(config.scrape_timeout ?? global.scrape_timeout, intervalMs);
  const query = new URLSearchParams(
    Object.entries(config.params).flatMap(([key, values]) =>
      values.map((value): [string, string] => [key, value]),
    ),
  ).toString();
  return config.static_configs.flatMap(({ targets, labels = {} }) =>
    targets.map((address) => ({
      job: config.job_name,
      url: `${config.scheme}://${address}${config.metrics_path}${query === '' ? '' : `?${query}`}`,
      labels: { instance: address, job: config.job_name, ...labels },
      discoveredLabels: {
        __address__: address,
        __metrics_path__: config.metrics_path,
        __scheme__: config.scheme,
        job: config.job_name,
        ...labels,
      },
      intervalMs,
      timeoutMs,
      honorLabels: config.honor_labels,
      honorTimestamps: config.honor_timestamps,
      sampleLimit: config.sample_limit,
    })),
  );
}

/** The labels a scraped series is stored under: the target's win, and the scraped one moves to `exported_…`. */
export function targetLabels(
  scraped: Readonly<Record<string, string>>,
  target: Pick<Target, 'labels' | 'honorLabels'>,
): Labels {
  const labels: Record<string, string> = { ...scraped };
  for (const [name, value] of Object.entries(target.labels)) {
    const own = labels[name];
    if (own !== undefined) {
      if (target.honorLabels) continue;
      let exported = `exported_${name}`;
      while (labels[exported] !== undefined) exported = `exported_${exported}`;
      labels[exported] = own;
    }
    labels[name] = value;
  }
  return labels;
}
