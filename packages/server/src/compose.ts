import { fileURLToPath } from 'node:url';
import { DEFAULT_EVENT_LIMITS } from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { eventRoutes } from './api/events.ts';
import { HttpPart } from './api/http-part.ts';
import { operationRoutes } from './api/operations.ts';
import { otlpRoutes } from './api/otlp.ts';
import { pageRoutes } from './api/pages.ts';
import { federateRoute } from './api/prometheus/federate.ts';
import { prometheusRoutes } from './api/prometheus/routes.ts';
import { remoteWriteRoutes } from './api/remote-write.ts';
import { storedEventRoutes } from './api/stored-events.ts';
import { SYSTEM_CLOCKS } from './clock/jump-meter.ts';
import { clockPart } from './clock/part.ts';
import { MetadataBook } from './collect/scrape/metadata.ts';
import { Configuration } from './compose/configuration.ts';
import { openMetricEngine } from './compose/metric-engine.ts';
import { openStoreWhenAvailable } from './compose/store.ts';
import type { LoadedConfig } from './config/load.ts';
import { healthPart } from './health/part.ts';
import type { Overview } from './health/schemas.ts';
import type { Logger } from './log.ts';
import { loadRuleGroups } from './metrics/rules/load.ts';
import type { MetricSource } from './metrics/source.ts';
import { routesPart } from './part.ts';
import { PartList } from './part-list.ts';
import { EventStore } from './store/events/event-store.ts';
import { StoredEvents } from './store/events/stored-events.ts';
import { ExemplarStore } from './store/exemplars/exemplar-store.ts';
import type { MetricStore } from './store/metrics/metric-store.ts';
import { rollupsPart } from './store/rollups/part.ts';
import { GuardedSink } from './store/trouble/guarded-sink.ts';
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
  reload(askedBy: string): Promise<void>;
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
  const { config, directory, log, clock = Date.now, demo = null, pages = PAGES } = options;
  const { retention: retentionMs, retention_events: behindMs } = config.storage;
  const groups = await loadRuleGroups(config.rule_files, directory);
  const opened = await openStoreWhenAvailable({ ...options, clock });
  const { client, explain, past, store, watch } = opened;
  const telemetry = new Telemetry();
  const clocks = { ...SYSTEM_CLOCKS, wall: clock };
  telemetry.watchStore(() => ({ ...store.state, setAsideParts: watch.state.setAside.length }));
  const events = new EventStore({ client, log, clock });
  telemetry.watchEvents(() => events.state);
  const exemplars = new ExemplarStore({ client, retentionMs, log, clock });
  const settled = () => store.settled();
  const metadata = new MetadataBook();
  const joined = { groups, store, watch, exemplars, metadata, telemetry };
  const { source, part: scrapesAndRules } = openMetricEngine({ ...options, ...joined, clocks });
  const takeUp = (next: LoadedConfig) => parts.reload(next);
  const configuration = new Configuration({ ...options, clock, telemetry, takeUp });
  const status = () => configuration.status;
  const reload = (askedBy: string) => configuration.reload(askedBy);
  const pushed = {
    sink: new GuardedSink(store, explain, (because) => telemetry.storeRefused(because)),
    metadata: metadata.addOne.bind(metadata),
    exemplars: exemplars.write.bind(exemplars),
    clock,
  };
  const http = new HttpPart({
    address: config.server.listen,
    server: config.server,
    routes: (app) => parts.routes(app),
    telemetry,
    log,
  });
  const ours = { prefix: '/api/bellwether/v1', clock };
  const limits = { ...DEFAULT_EVENT_LIMITS, behindMs };
  const notReady = () => parts.trouble();
  const externalLabels = () => status().config.global.external_labels;
  const corsOrigin = config.server.cors_origin;
  const parts: PartList = new PartList(
    [
      clockPart(clocks, telemetry, log),
      opened.part,
      { name: 'exemplars', stop: () => exemplars.close() },
      { name: 'events', stop: () => events.close() },
      http,
      rollupsPart({ history: past, settled, retentionMs, telemetry, log, clock }),
      scrapesAndRules,
      healthPart({ source, health: config.health, log, clock, demo }),
      routesPart('operations', operationRoutes, { telemetry, notReady, reload }),
      routesPart('remote write', remoteWriteRoutes, { prefix: '/api/v1', ...pushed }),
      routesPart('OTLP', otlpRoutes, { ...pushed, settings: config.otlp }),
      routesPart('events door', eventRoutes, { ...ours, sink: events, limits, telemetry }),
      routesPart('stored events', storedEventRoutes, {
        ...ours,
        events: new StoredEvents(client),
      }),
      routesPart("Prometheus' API", prometheusRoutes, {
        prefix: '/api/v1',
        source,
        clock,
        status,
        corsOrigin,
      }),
      routesPart('federation', federateRoute, { source, clock, externalLabels }),
      routesPart('pages', pageRoutes, { folder: pages }),
    ],
    log,
  );
  return {
    store,
    source,
    get url() {
      return http.url;
    },
    start: () => parts.start(),
    reload,
    stop: () => parts.stop(),
  };
}
