import type { Millis } from '@bellwether/promql';
import type { RuleGroup } from '@bellwether/rules';
import type { MetadataBook } from '../collect/scrape/metadata.ts';
import { ScrapeManager } from '../collect/scrape/scrape-manager.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../log.ts';
import { EmbeddedMetricSource } from '../metrics/embedded.ts';
import { PrometheusMetricSource } from '../metrics/prometheus.ts';
import { RuleManager } from '../metrics/rules/rule-manager.ts';
import type { MetricSource } from '../metrics/source.ts';
import type { ExemplarStore } from '../store/exemplars/exemplar-store.ts';
import type { MetricStore } from '../store/metrics/metric-store.ts';
import { missingWithin } from '../store/trouble/missing.ts';
import type { StoreWatch } from '../store/trouble/store-watch.ts';
import type { Telemetry } from '../telemetry.ts';

/** What answers PromQL, scrapes and evaluates rules. */
export interface MetricEngine {
  readonly source: MetricSource;
  start(): Promise<void>;
  reload(config: Config, groups: readonly RuleGroup[]): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineParts extends LoadedConfig {
  readonly log: Logger;
  readonly clock: () => Millis;
  readonly groups: readonly RuleGroup[];
  readonly store: MetricStore;
  readonly watch: StoreWatch;
  readonly exemplars: ExemplarStore;
  readonly metadata: MetadataBook;
  readonly telemetry: Telemetry;
}

/** Who answers PromQL, scrapes and evaluates rules: the engine the configuration names, or we ourselves. */
export function openMetricEngine(parts: EngineParts): MetricEngine {
  const attached = parts.config.metrics.prometheus;
  if (attached === undefined) return openEmbeddedEngine(parts);
  const headers = Object.fromEntries(
    Object.entries(attached.headers).map(([name, value]) => [name, value.reveal()]),
  );
  const nothing = async (): Promise<void> => undefined;
  return {
    source: new PrometheusMetricSource({ url: attached.url, headers, timeoutMs: attached.timeout }),
    start: nothing,
    reload: nothing,
    stop: nothing,
  };
}

function openEmbeddedEngine(parts: EngineParts): MetricEngine {
  const { config, directory, log, clock, groups, store, watch, exemplars, metadata, telemetry } =
    parts;
  const scrapes = new ScrapeManager({
    config,
    directory,
    store,
    metadata,
    log,
    self: { instance: config.server.listen, read: () => telemetry.registry.metrics() },
    onExemplars: (scraped) => exemplars.add(scraped),
    clock,
  });
  let evaluationIntervalMs = config.global.evaluation_interval;
  const source: MetricSource = new EmbeddedMetricSource({
    store,
    subqueryStepMs: () => evaluationIntervalMs,
    rules: () => rules.groups,
    headMs: config.storage.head,
    limits: { samples: config.query.max_samples, timeoutMs: config.query.timeout },
    clock,
    exemplars,
    targets: () => scrapes.targets,
    droppedTargets: () => scrapes.droppedTargets,
    targetMetadata: () => scrapes.targetMetadata,
    scrapePools: () => scrapes.pools,
    metadata: () => metadata.all,
    missing: (range) => missingWithin(watch.state.setAside, range),
  });
  const rules: RuleManager = new RuleManager({
    groups,
    source,
    store,
    telemetry,
    log,
    clock,
    defaultIntervalMs: evaluationIntervalMs,
    externalLabels: config.global.external_labels,
    externalUrl: config.server.external_url ?? `http://${config.server.listen}`,
  });
  return {
    source,
    async start() {
      // Rules look once there is something new to see, so that alerts from before a restart find their series going on.
      await scrapes.start();
      await rules.start();
    },
    async reload(next, nextGroups) {
      await scrapes.reload(next);
      await rules.reload({
        groups: nextGroups,
        defaultIntervalMs: next.global.evaluation_interval,
        externalLabels: next.global.external_labels,
      });
      evaluationIntervalMs = next.global.evaluation_interval;
    },
    async stop() {
      await rules.stop();
      await scrapes.stop();
    },
  };
}
