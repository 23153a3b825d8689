import type { Millis } from '@bellwether/promql';
import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../log.ts';
import type { TargetView } from '../../metrics/source.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import { fetchExposition } from './fetch-exposition.ts';
import type { MetadataBook } from './metadata.ts';
import { ScrapeLoop } from './scrape-loop.ts';
import { staticTargets, type Target } from './target.ts';

const SELF_JOB = 'bellwether';

export interface ScrapeManagerOptions {
  readonly config: Pick<Config, 'global' | 'scrape_configs'>;
  readonly store: MetricStore;
  readonly metadata: MetadataBook;
  readonly log: Logger;
  /** Our own registry, read like any target: what Bellwether computes becomes series the same way. */
  readonly self: { readonly instance: string; readonly read: () => Promise<string> };
  readonly clock?: () => Millis;
}

/** One loop for each configured target, and one for ourselves. */
export class ScrapeManager {
  readonly #loops: ScrapeLoop[];

  constructor(options: ScrapeManagerOptions) {
    const { config, store, metadata, log, self, clock = Date.now } = options;
    const onMetadata = metadata.add.bind(metadata);
    const loop = (target: Target, read: (url: string, timeoutMs: number) => Promise<string>) =>
      new ScrapeLoop({ target, store, log, read, onMetadata, clock });
    this.#loops = [
      loop(selfTarget(self.instance, config.global.scrape_interval), () => self.read()),
      ...config.scrape_configs
        .flatMap((scrape) => staticTargets(scrape, config.global))
        .map((target) => loop(target, fetchExposition)),
    ];
  }

  get targets(): readonly TargetView[] {
    return this.#loops.map((loop) => loop.view);
  }

  /** Resolves when every target was asked once. */
  async start(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
  }
}

function selfTarget(instance: string, intervalMs: Millis): Target {
  return {
    job: SELF_JOB,
    url: `http://${instance}/metrics`,
    labels: { instance, job: SELF_JOB },
    discoveredLabels: { __address__: instance, job: SELF_JOB },
    intervalMs,
    timeoutMs: intervalMs,
    honorLabels: true,
    honorTimestamps: true,
    sampleLimit: 0,
  };
}
