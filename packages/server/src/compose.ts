import { fileURLToPath } from 'node:url';
import type { Millis } from '@bellwether/promql';
import { createHttpServer } from './api/http.ts';
import { listen, warnWhereOpen } from './api/listen.ts';
import type { ServerStatus } from './api/prometheus/server-status.ts';
import { DEFAULT_EVENT_LIMITS } from './collect/events/limits.ts';
import { MetadataBook } from './collect/scrape/metadata.ts';
import { openMetricEngine } from './compose/metric-engine.ts';
import { openStoreWhenAvailable } from './compose/store.ts';
import type { LoadedConfig } from './config/load.ts';
import { BellwetherError } from './errors.ts';
import { OverviewService } from './health/overview.ts';
import type { Overview } from './health/schemas.ts';
import type { Logger } from './log.ts';
import { loadRuleGroups } from './metrics/rules/load.ts';
import type { MetricSource } from './metrics/source.ts';
import { EventStore } from './store/events/event-store.ts';
import { StoredEvents } from './store/events/stored-events.ts';
import { ExemplarStore } from './store/exemplars/exemplar-store.ts';
import type { MetricStore } from './store/metrics/metric-store.ts';
import { placeOf } from './store/open-storage.ts';
import { RollupJob } from './store/rollups/rollup-job.ts';
import { GuardedSink } from './store/trouble/guarded-sink.ts';
import { explainRefusal } from './store/trouble/refusal.ts';
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
  const { client, store, past, watch, memory } = await openStoreWhenAvailable({
    ...options,
    clock,
  });
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
    guard: config.server,
    corsOrigin: config.server.cors_origin,
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
      const { server, storage, query, otlp, metrics } = status.config;
      const inForce = { ...next.config, server, storage, query, otlp, metrics };
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
    memory.stop();
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
        warnWhereOpen(http, log);
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
