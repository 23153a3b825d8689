import type { Millis } from '@bellwether/promql';
import { type Clocks, SYSTEM_CLOCKS } from '../../clock/jump-meter.ts';
import { fingerprint } from '../../config/fingerprint.ts';
import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../log.ts';
import type { DroppedTargets, TargetMetadata, TargetView } from '../../metrics/source.ts';
import type { MetricStore } from '../../store/metrics/metric-store.ts';
import { jobSettings, NO_LIMITS } from './job-settings.ts';
import type { MetadataBook } from './metadata.ts';
import { ScrapeLoop, type ScrapeSinks } from './scrape-loop.ts';
import { ScrapePool } from './scrape-pool.ts';
import type { ScrapedExemplar } from './scrape-writer.ts';
import type { Target } from './target.ts';

const SELF_JOB = 'bellwether';

type ScrapeSettings = Pick<Config, 'global' | 'scrape_configs'>;

export interface ScrapeManagerOptions {
  readonly config: ScrapeSettings;
  /** Relative paths in the configuration start here; default: where the process was started. */
  readonly directory?: string;
  readonly store: MetricStore;
  readonly metadata: MetadataBook;
  readonly log: Logger;
  /** Our own registry, read like any target: what Bellwether computes becomes series the same way. */
  readonly self: { readonly instance: string; readonly read: () => Promise<string> };
  readonly onExemplars?: (exemplars: readonly ScrapedExemplar[]) => void;
  readonly onRefused?: ScrapeSinks['onRefused'];
  readonly clocks?: Clocks;
}

interface Job {
  readonly pool: ScrapePool;
  print: string;
}

/** One pool for each scrape configuration, and one loop for ourselves. */
export class ScrapeManager {
  readonly #options: ScrapeManagerOptions;
  readonly #sinks: ScrapeSinks;
  readonly #jobs = new Map<string, Job>();
  #self: ScrapeLoop;
  #config: ScrapeSettings;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: ScrapeManagerOptions) {
    const { store, metadata, log, onExemplars, onRefused, clocks = SYSTEM_CLOCKS } = options;
    this.#options = options;
    this.#config = options.config;
    const onMetadata = metadata.add.bind(metadata);
    this.#sinks = { store, log, onMetadata, onExemplars, onRefused, clocks };
    this.#self = this.#selfLoop();
    for (const name of this.#configured) this.#addJob(name);
  }

  get targets(): readonly TargetView[] {
    return [this.#self.view, ...[...this.#jobs.values()].flatMap(({ pool }) => pool.targets)];
  }

  get droppedTargets(): DroppedTargets {
    const targets = [...this.#jobs].flatMap(([job, { pool }]) =>
      pool.dropped.map((discoveredLabels) => ({ job, discoveredLabels })),
    );
    return {
      targets,
      counts: new Map([...this.#jobs].map(([job, { pool }]) => [job, pool.droppedCount])),
    };
  }

  get targetMetadata(): readonly TargetMetadata[] {
    const pools = [...this.#jobs.values()].flatMap(({ pool }) => pool.targetMetadata);
    return [this.#self.metadata, ...pools];
  }

  /** The names of the jobs, our own among them. */
  get pools(): readonly string[] {
    return [...new Set([SELF_JOB, ...this.#configured])];
  }

  get #configured(): readonly string[] {
    return this.#config.scrape_configs.map((config) => config.job_name);
  }

  /** Resolves when every target was asked once. */
  async start(): Promise<void> {
    await Promise.all([
      this.#self.start(),
      ...[...this.#jobs.values()].map(({ pool }) => pool.start()),
    ]);
  }

  /** Ends no series: after a restart they go on. */
  async stop(): Promise<void> {
    await this.#changing;
    await Promise.all([
      this.#self.stop(),
      ...[...this.#jobs.values()].map(({ pool }) => pool.stop()),
    ]);
  }

  /**
   * Goes on with another configuration. Targets it does not change keep their loops and their beat; those it no longer
   * has end with stale markers; one that is scraped otherwise under the same labels goes on without a gap.
   */
  async reload(config: ScrapeSettings): Promise<void> {
    this.#changing = this.#changing.then(() => this.#reload(config));
    await this.#changing;
  }

  async #reload(config: ScrapeSettings): Promise<void> {
    const intervalBefore = this.#config.global.scrape_interval;
    this.#config = config;
    const changes: Promise<unknown>[] = [];
    for (const [name, job] of this.#jobs) {
      if (this.#configured.includes(name)) continue;
      this.#jobs.delete(name);
      changes.push(job.pool.retire());
    }
    for (const name of this.#configured) {
      const job = this.#jobs.get(name);
      if (job === undefined) {
        // A new target that does not answer must not hold up the reload.
        void this.#addJob(name).start();
      } else if (job.print !== this.#print(name)) {
        job.print = this.#print(name);
        changes.push(job.pool.reload(this.#settings(name)));
      }
    }
    if (config.global.scrape_interval !== intervalBefore) {
      this.#self = this.#selfLoop(this.#self);
      changes.push(this.#self.start());
    }
    await Promise.all(changes);
  }

  #addJob(name: string): ScrapePool {
    const { directory = process.cwd() } = this.#options;
    const pool = new ScrapePool({ ...this.#sinks, job: this.#settings(name), directory });
    this.#jobs.set(name, { pool, print: this.#print(name) });
    return pool;
  }

  #settings(name: string): ReturnType<typeof jobSettings> {
    const { global, scrape_configs } = this.#config;
    return jobSettings(scrape_configs.find((config) => config.job_name === name)!, global);
  }

  #print(name: string): string {
    const { rules, relabel, ...settings } = this.#settings(name);
    return fingerprint([settings, rules.limits, rules.histograms]);
  }

  #selfLoop(predecessor?: ScrapeLoop): ScrapeLoop {
    const { self } = this.#options;
    return new ScrapeLoop({
      ...this.#sinks,
      target: selfTarget(self.instance, this.#config.global.scrape_interval),
      rules: {
        honorLabels: true,
        honorTimestamps: true,
        trackTimestampsStaleness: false,
        limits: NO_LIMITS,
        histograms: { native: false, classicToo: false },
        customBuckets: false,
        metricRelabel: (labels) => labels,
      },
      read: async () => ({ text: [await self.read()], format: 'text' }),
      predecessor,
    });
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
  };
}
