import { hostname } from 'node:os';
import { formatDuration } from '@bellwether/promql';
import type { FastifyInstance } from 'fastify';
import { printConfig } from '../../config/print-config.ts';
import { redacted } from '../../config/redact.ts';
import type { Cardinality } from '../../metrics/cardinality.ts';
import type { MetricSource } from '../../metrics/source.ts';
import { version } from '../../version.ts';
import { success } from './answer.ts';
import { ApiError } from './errors.ts';
import type { Router } from './router.ts';
import type { ServerStatus } from './server-status.ts';

export interface StatusParts {
  readonly source: MetricSource;
  readonly status: () => ServerStatus;
  readonly clock: () => number;
}

const MOST_ENTRIES = 10_000;
const USUAL_ENTRIES = 10;

/** What this process is and holds. Keys of Prometheus that speak of Go or of its files are not there. */
export function statusRoutes({ get }: Router, { source, status, clock }: StatusParts): void {
  get('/status/config', async () => success({ yaml: printConfig(status().config) }));

  get('/status/flags', async () => success(flags(status())));

  get('/status/runtimeinfo', async () => {
    const { startedAt, configuredAt, reloadSucceeded, config } = status();
    return success({
      startTime: new Date(startedAt).toISOString(),
      CWD: process.cwd(),
      hostname: hostname(),
      serverTime: new Date(clock()).toISOString(),
      reloadConfigSuccess: reloadSucceeded,
      lastConfigTime: new Date(configuredAt).toISOString(),
      storageRetention: formatDuration(config.storage.retention),
    });
  });

  get('/status/buildinfo', async () =>
    success({
      version,
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }),
  );

  get('/status/tsdb', async ({ params, signal }) => {
    const limit = Number(params.text('limit') ?? USUAL_ENTRIES);
    if (!Number.isInteger(limit) || limit < 1)
      throw new ApiError('bad_data', 'limit must be a positive number');
    if (limit > MOST_ENTRIES)
      throw new ApiError('bad_data', `limit must not exceed ${MOST_ENTRIES}`);
    return success(renderCardinality(await source.cardinality(limit, signal)));
  });

  // There is no log to be read again: recent samples come from ClickHouse before anything is answered.
  get('/status/walreplay', async () => success({ min: 0, max: 0, current: 0 }));
}

/** Nothing here deletes: these answer as a Prometheus does that was started without `--web.enable-admin-api`. */
export function adminRoutes(app: FastifyInstance): void {
  for (const name of ['delete_series', 'clean_tombstones', 'snapshot'])
    app.route({
      method: ['POST', 'PUT'],
      url: `/admin/tsdb/${name}`,
      handler: async () => {
        throw new ApiError('unavailable', 'admin APIs disabled');
      },
    });
}

/** What Prometheus is told by flags and we by the configuration, or not at all, under the names of its flags. */
function flags({ config, configFile }: ServerStatus): Record<string, string> {
  const { server, storage, metrics, query } = config;
  const engine =
    metrics.prometheus === undefined
      ? {
          'query.lookback-delta': '5m',
          'query.max-concurrency': String(query.max_concurrency),
          'query.max-samples': String(query.max_samples),
          'query.timeout': formatDuration(query.timeout),
          'rules.alert.for-outage-tolerance': '1h',
        }
      : {};
  return {
    'config.file': configFile ?? '',
    ...engine,
    'storage.tsdb.path': storage.path,
    'storage.tsdb.retention.time': formatDuration(storage.retention),
    'web.enable-admin-api': 'false',
    'web.enable-lifecycle': 'true',
    'web.enable-remote-write-receiver': 'true',
    'web.external-url': redacted(server.external_url ?? ''),
    'web.listen-address': server.listen,
  };
}

function renderCardinality(all: Cardinality): Record<string, unknown> {
  return {
    headStats: {
      numSeries: all.series,
      numLabelPairs: all.labelPairs,
      ...(all.chunks === undefined ? {} : { chunkCount: all.chunks }),
      ...timesOf(all),
    },
    seriesCountByMetricName: all.seriesByName,
    labelValueCountByLabelName: all.valuesByLabel,
    memoryInBytesByLabelName: all.bytesByLabel,
    seriesCountByLabelValuePair: all.seriesByPair,
  };
}

/** While there is no series, the bounds stand the wrong way round, as in Prometheus; unknown ones are left out. */
function timesOf({ series, time }: Cardinality): Record<string, number> {
  if (time !== undefined) return { minTime: time.min, maxTime: time.max };
  if (series > 0) return {};
  return { minTime: Number.MAX_SAFE_INTEGER, maxTime: Number.MIN_SAFE_INTEGER };
}
