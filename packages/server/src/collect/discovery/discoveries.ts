import { fingerprint } from '../../config/fingerprint.ts';
import type { ScrapeConfig } from '../../config/scrape-schema.ts';
import type { Logger } from '../../log.ts';
import type { Discovery } from './discovery.ts';
import { DnsDiscovery } from './dns.ts';
import { FileDiscovery } from './file.ts';
import { HttpDiscovery } from './http.ts';
import { KubernetesDiscovery } from './kubernetes/discovery.ts';
import { StaticDiscovery } from './static.ts';

export interface DiscoveryParts {
  /** Relative paths of the configuration start here. */
  readonly directory: string;
  readonly log: Logger;
}

/** How to make each discovery of a job, by a key that stays the same as long as its configuration does. */
export function discoveriesOf(
  job: ScrapeConfig,
  { directory, log }: DiscoveryParts,
): Map<string, () => Discovery> {
  const makers = new Map<string, () => Discovery>();
  const add = <T>(kind: string, configs: readonly T[], make: (config: T) => Discovery): void => {
    for (const config of configs) makers.set(`${kind} ${fingerprint(config)}`, () => make(config));
  };
  add('static', [job.static_configs], (configs) => new StaticDiscovery(configs));
  add('file', job.file_sd_configs, (config) => new FileDiscovery(config, directory, log));
  add('http', job.http_sd_configs, (config) => new HttpDiscovery(config, directory, log));
  add('dns', job.dns_sd_configs, (config) => new DnsDiscovery(config, log));
  add(
    'kubernetes',
    job.kubernetes_sd_configs,
    (config) => new KubernetesDiscovery(config, directory, log),
  );
  return makers;
}
