import { fileURLToPath } from 'node:url';
import type { Millis } from '@bellwether/promql';
import type { RuleGroup } from '@bellwether/rules';
import type { ClickHouseClient } from '@clickhouse/client';
import { createHttpServer, listen } from './api/http.ts';
import type { ServerStatus } from './api/prometheus/server-status.ts';
import { WaitingRoom } from './api/waiting-room.ts';
import { DEFAULT_EVENT_LIMITS } from './collect/events/limits.ts';
import { MetadataBook } from './collect/scrape/metadata.ts';
import { ScrapeManager } from './collect/scrape/scrape-manager.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { BellwetherError } from './errors.ts';
import { OverviewService } from './health/overview.ts';
import type { Overview } from './health/schemas.ts';
import type { Logger } from './log.ts';
import { EmbeddedMetricSource } from './metrics/embedded.ts';
import { PrometheusMetricSource } from './metrics/prometheus.ts';
import { loadRuleGroups } from './metrics/rules/load.ts';
import { RuleManager } from './metrics/rules/rule-manager.ts';
import type { MetricSource } from './metrics/source.ts';
import { EventStore } from './store/events/event-store.ts';
import { StoredEvents } from './store/events/stored-events.ts';
import { ExemplarStore } from './store/exemplars/exemplar-store.ts';
import { History } from './store/metrics/history.ts';
import { MetricStore } from './store/metrics/metric-store.ts';
import { openStorage, placeOf } from './store/open-storage.ts';
import { RolledHistory } from './store/rollups/rolled-history.ts';
import { RollupJob } from './store/rollups/rollup-job.ts';
import { GuardedSink } from './store/trouble/guarded-sink.ts';
import { missingWithin } from './store/trouble/missing.ts';
import { explainRefusal } from './store/trouble/refusal.ts';
import { StoreWatch } from './store/trouble/store-watch.ts';
import { whenAvailable } from './store/trouble/when-available.ts';
import { Telemetry } from './telemetry.ts';

export interface ServerOptions extends LoadedConfig {
  readonly log: Logger;
  readonly clock?: () => Millis;
  readonly demo?: Overview['demo'];
  /** Reads the configuration anew, for a reload; without it there is nothing to reload. */
  readonly load?: () => Promise<LoadedConfig>;
  /** Folder of the built pages; default: those of this repository. */
  readonly pages?: string;
}

export interface RunningServer {
  readonly store: MetricStore;
  readonly source: MetricSource;
  /** Where it listens, like `http://127.0.0.1:2355`; known once it has started. */
  readonly url: string;
  /** Scrapes, evaluates and listens. */
  start(): Promise<void>;
  /**
   * Takes up what changed in scrape configurations, rules and health thresholds. Addresses and storage need a restart.
   * @throws BellwetherError and changes nothing
   */
  reload(): Promise<void>;
  /** Stops in order and writes what is pending. */
  stop(): Promise<void>;
}

const PAGES = fileURLToPath(new URL('../../web/dist', import.meta.url));

/**
 * Joins the parts for a configuration: rules are read and checked and the store is opened here, so that what is wrong
 * is said before anything runs.
 * @throws BellwetherError
 */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const { config, directory, log, clock = Date.now } = options;
  const groups = await loadRuleGroups(config.rule_files, directory);
  const { client, store, past, watch } = await openStoreWhenAvailable({ ...options, clock });
  const explain = (error: unknown): string => {
    const { what, remedy } = explainRefusal(error, placeOf(config.storage, directory));
    return `${what}. ${remedy}`;
  };

  const telemetry = new Telemetry();
  telemetry.watchStore(() => ({ ...store.state, setAsideParts: watch.state.setAside.length }));
  const rollups = new RollupJob({
    history: past,
    settled: () => store.settled(),
    retentionMs: config.storage.retention,
    log,
    clock,
  });
  telemetry.watchRollups(() => rollups.state);
  const events = new EventStore({ client, log, clock });
  telemetry.watchEvents(() => events.state);
  const exemplars = new ExemplarStore({
    client,
    retentionMs: config.storage.retention,
    log,
    clock,
  });
  const metadata = new MetadataBook();
  const parts = { groups, store, watch, exemplars, metadata, telemetry };
  const engine = openMetricEngine({ ...options, ...parts, clock });
  const { source } = engine;
  const overview = new OverviewService({
    source,
    health: config.health,
    log,
    clock,
    demo: options.demo ?? null,
  });
  const http = await createHttpServer({
    source,
    sink: new GuardedSink(store, explain, (because) => telemetry.storeRefused(because)),
    events: {
      sink: events,
      stored: new StoredEvents(client),
      limits: { ...DEFAULT_EVENT_LIMITS, behindMs: config.storage.retention_events },
    },
    onMetadata: (name, about) => metadata.addOne(name, about),
    otlp: config.otlp,
    onExemplars: (pushed) => exemplars.write(pushed),
    telemetry,
    log,
    clock,
    overview: () => overview.read(),
    reload: () => reload(),
    status: () => status,
    notReady: () => {
      const refusal = store.state.writeError ?? watch.state.error;
      if (refusal === null) return null;
      return `${explain(refusal)} ${store.state.pendingSamples} samples wait in memory.`;
    },
    pages: options.pages ?? PAGES,
  });

  const startedAt = clock();
  let status: ServerStatus = {
    config,
    configFile: options.file ?? undefined,
    startedAt,
    configuredAt: startedAt,
    reloadSucceeded: true,
  };
  const reload = async (): Promise<void> => {
    try {
      if (options.load === undefined)
        throw new BellwetherError(
          'BW_CONFIG_NOT_FOUND',
          'this server was started without a configuration file',
          'Start it with -c FILE to be able to reload.',
        );
      const next = await options.load();
      const nextGroups = await loadRuleGroups(next.config.rule_files, next.directory);
      await engine.reload(next.config, nextGroups);
      overview.judgeBy(next.config.health);
      // The others need a restart.
      const { server, storage, otlp, metrics } = status.config;
      const inForce = { ...next.config, server, storage, otlp, metrics };
      status = { ...status, config: inForce, configuredAt: clock(), reloadSucceeded: true };
      telemetry.reloaded(true);
    } catch (error) {
      status = { ...status, reloadSucceeded: false };
      telemetry.reloaded(false);
      throw error;
    }
  };
  const stop = async (): Promise<void> => {
    await http.close();
    await engine.stop();
    await rollups.stop();
    await store.close();
    await exemplars.close();
    await events.close();
    await watch.stop();
    await client.close();
  };
  let url = '';
  return {
    store,
    source,
    get url() {
      return url;
    },
    async start() {
      try {
        url = await listen(http, config.server.listen);
      } catch (error) {
        await stop();
        throw error;
      }
      await engine.start();
      rollups.start();
    },
    reload,
    stop,
  };
}

interface OpenedStore {
  readonly client: ClickHouseClient;
  readonly store: MetricStore;
  readonly past: RolledHistory;
  readonly watch: StoreWatch;
}

/** Opens the storage and the store in it; as long as that cannot be, says so at the server's address. */
async function openStoreWhenAvailable(
  options: ServerOptions & { readonly clock: () => Millis },
): Promise<OpenedStore> {
  const { config, directory, log, clock } = options;
  const room = new WaitingRoom(config.server.listen);
  let watch: StoreWatch | undefined;
  const embedded = { log, onSetAside: async () => watch?.look() };
  const open = () =>
    openStorage(config.storage, directory, embedded, async (client) => {
      const { head: headMs, out_of_order_time_window: outOfOrderMs } = config.storage;
      const history = new History(client);
      const kept = { from: clock() - config.storage.retention, to: clock() - headMs };
      const past = await RolledHistory.open(client, history, kept);
      const store = await MetricStore.open({ history, past, headMs, outOfOrderMs, log, clock });
      return { past, store };
    });
  try {
    const { client, made } = await whenAvailable(open, {
      log,
      onWait: ({ what, remedy }) => room.open(`${what}. ${remedy}`),
    });
    watch = new StoreWatch(client);
    await watch.start();
    return { client, ...made, watch };
  } finally {
    await room.close();
  }
}

interface MetricEngine {
  readonly source: MetricSource;
  start(): Promise<void>;
  reload(config: Config, groups: readonly RuleGroup[]): Promise<void>;
  stop(): Promise<void>;
}

interface EngineParts extends ServerOptions {
  readonly clock: () => Millis;
  readonly groups: readonly RuleGroup[];
  readonly store: MetricStore;
  readonly watch: StoreWatch;
  readonly exemplars: ExemplarStore;
  readonly metadata: MetadataBook;
  readonly telemetry: Telemetry;
}

/** Who answers PromQL, scrapes and evaluates rules: the engine the configuration names, or we ourselves. */
function openMetricEngine(parts: EngineParts): MetricEngine {
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
  const source: MetricSource = new EmbeddedMetricSource({
    store,
    rules: () => rules.groups,
    headMs: config.storage.head,
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
    defaultIntervalMs: config.global.evaluation_interval,
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
    },
    async stop() {
      await rules.stop();
      await scrapes.stop();
    },
  };
}
