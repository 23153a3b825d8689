import type { ScrapeConfig } from '../../config/scrape-schema.ts';
import type { Discovery, TargetGroup } from './discovery.ts';

/** Targets that stand in the configuration itself. */
export class StaticDiscovery implements Discovery {
  readonly #groups: readonly TargetGroup[];

  constructor(configs: ScrapeConfig['static_configs']) {
    this.#groups = configs.map(({ targets, labels = {} }, index) => ({
      source: `static_configs.${index}`,
      targets: targets.map((address) => ({ __address__: address })),
      labels,
    }));
  }

  async start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void> {
    onGroups(this.#groups);
  }

  async stop(): Promise<void> {}
}
