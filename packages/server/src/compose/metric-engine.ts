import type { RuleGroup } from '@bellwether/rules';
import type { Clocks } from '../clock/jump-meter.ts';
import type { MetadataBook } from '../collect/scrape/metadata.ts';
import { ScrapeManager } from '../collect/scrape/scrape-manager.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Logger } from '../log.ts';
import { EmbeddedMetricSource } from '../metrics/embedded.ts';
import { PrometheusMetricSource } from '../metrics/prometheus.ts';
import { loadRuleGroups } from '../metrics/rules/load.ts';
import { RuleManager } from '../metrics/rules/rule-manager.ts';
import type { MetricSource } from '../metrics/source.ts';
import type { Part } from '../part.ts';
import type { ExemplarStore } from '../store/exemplars/exemplar-store.ts';
import type { MetricStore } from '../store/metrics/metric-store.ts';
import { missingWithin } from '../store/trouble/missing.ts';
import type { StoreWatch } from '../store/trouble/store-watch.ts';
import type { Telemetry } from '../telemetry.ts';

/** What answers PromQL, and the part that scrapes and evaluates rules. */
export interface MetricEngine {
  readonly source: MetricSource;
  readonly part: Part;
}

export interface EngineParts extends LoadedConfig {
  readonly log: Logger;
  readonly clocks: Clocks;
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
  return {
    source: new PrometheusMetricSource({ url: attached.url, headers, timeoutMs: attached.timeout }),
    part: {
      name: 'attached engine',
      async reload({ config, directory }) {
        // It loads the rules itself; that they are right is said here all the same.
        await loadRuleGroups(config.rule_files, directory);
        return async () => undefined;
      },
    },
  };
}

function openEmbeddedEngine(parts: EngineParts): MetricEngine {
  const { config, directory, log, clocks, groups, store, watch, exemplars, metadata, telemetry } =
    parts;
  const scrapes = new ScrapeManager({
    config,
    directory,
    store,
    metadata,
    log,
    self: { instance: config.server.listen, read: () => telemetry.registry.metrics() },
    onExemplars: (scraped) => exemplars.add(scraped),
    onRefused: (reason, count) => telemetry.scrapedRefused(reason, count),
    clocks,
  });
  let evaluationIntervalMs = config.global.evaluation_interval;
  const source: MetricSource = new EmbeddedMetricSource({
    store,
    subqueryStepMs: () => evaluationIntervalMs,
    rules: () => rules.groups,
    headMs: config.storage.head,
    limits: {
      samples: config.query.max_samples,
      timeoutMs: config.query.timeout,
      bytes: config.query.max_memory,
      totalBytes: config.query.max_memory_total,
      concurrency: config.query.max_concurrency,
    },
    clock: clocks.wall,
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
    clocks,
    defaultIntervalMs: evaluationIntervalMs,
    externalLabels: config.global.external_labels,
    externalUrl: config.server.external_url ?? `http://${config.server.listen}`,
  });
  const part: Part = {
    name: 'scrapes and rules',
    async start() {
      // Rules look once there is something new to see, so that alerts from before a restart find their series going on.
      await scrapes.start();
      await rules.start();
    },
    async reload(next) {
      const { global, rule_files } = next.config;
      const nextGroups = await loadRuleGroups(rule_files, next.directory);
      return async () => {
        await scrapes.reload(next.config);
        await rules.reload({
          groups: nextGroups,
          defaultIntervalMs: global.evaluation_interval,
          externalLabels: global.external_labels,
        });
        evaluationIntervalMs = global.evaluation_interval;
      };
    },
    async stop() {
      await rules.stop();
      await scrapes.stop();
    },
  };
  return { source, part };
}
