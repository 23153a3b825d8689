import { readFile } from 'node:fs/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseConfig } from '../config/clickhouse-schema.ts';
import { resolveFrom } from '../config/paths.ts';
import { BellwetherError, messageOf } from '../errors.ts';
import { MOST_QUERY_BYTES } from './query-size.ts';
import { unsuitable } from './remote-requirements.ts';
import { explainRefusal, refusalOf, StoreUnavailableError } from './trouble/refusal.ts';

/**
 * Connects to a ClickHouse server or cluster by its HTTP interface and asks whether it can serve us.
 *
 * @param directory Relative file names of the configuration are taken from here.
 * @throws StoreUnavailableError it cannot be reached, which may pass by itself.
 * @throws BellwetherError `BW_CLICKHOUSE_REFUSED`: credentials, rights or certificates are wrong; `BW_CLICKHOUSE_UNSUITABLE`:
 * its version is too old, or it has no such cluster. Neither passes by itself.
 */
export async function openRemoteClickHouse(
  config: ClickHouseConfig,
  directory: string,
): Promise<ClickHouseClient> {
  const client = createClient(await clientOptions(config, directory));
  try {
    const problem = unsuitable(config, {
      version: await only<string>(client, 'SELECT version()'),
      shards:
        config.cluster === undefined
          ? []
          : await column<number>(
              client,
              'SELECT shard_num FROM system.clusters WHERE cluster = {cluster:String}',
              { cluster: config.cluster },
            ),
      clusters: await column<string>(client, 'SELECT DISTINCT cluster FROM system.clusters'),
    });
    if (problem !== null) throw problem;
    return client;
  } catch (error) {
    await client.close();
    throw error instanceof BellwetherError ? error : explained(error, config);
  }
}

async function clientOptions(
  config: ClickHouseConfig,
  directory: string,
): Promise<Parameters<typeof createClient>[0]> {
  const { tls_config: tls, password_file: passwordFile } = config;
  const file = async (key: string, name: string): Promise<Buffer> => {
    try {
      return await readFile(resolveFrom(directory, name));
    } catch (cause) {
      throw new BellwetherError(
        'BW_CONFIG_INVALID',
        `storage.clickhouse.${key}: cannot read ${resolveFrom(directory, name)}: ${messageOf(cause)}`,
        'Name a file that this user can read.',
        { cause },
      );
    }
  };
  const password =
    passwordFile === undefined
      ? (config.password?.reveal() ?? '')
      : (await file('password_file', passwordFile)).toString().trim();
  return {
    url: config.url,
    username: config.username,
    password,
    application: 'bellwether',
    request_timeout: config.request_timeout,
    use_multipart_params_auto: true,
    clickhouse_settings: {
      max_query_size: String(MOST_QUERY_BYTES),
      // Nobody reads on where we do not wait any more.
      cancel_http_readonly_queries_on_client_close: 1,
    },
    compression: { request: config.compression, response: config.compression },
    // Errors are thrown, and said where they matter; the client's own log would repeat the queries.
    log: { level: ClickHouseLogLevel.OFF },
    ...(tls === undefined
      ? {}
      : {
          tls:
            tls.cert_file === undefined || tls.key_file === undefined
              ? { ca_cert: await file('tls_config.ca_file', tls.ca_file) }
              : {
                  ca_cert: await file('tls_config.ca_file', tls.ca_file),
                  cert: await file('tls_config.cert_file', tls.cert_file),
                  key: await file('tls_config.key_file', tls.key_file),
                },
        }),
  };
}

function explained(error: unknown, config: ClickHouseConfig): Error {
  const store = { kind: 'remote', url: config.url, username: config.username } as const;
  const kind = refusalOf(error);
  const said = explainRefusal(error, store);
  if (kind === 'credentials' || kind === 'certificate')
    return new BellwetherError('BW_CLICKHOUSE_REFUSED', said.what, said.remedy, { cause: error });
  return new StoreUnavailableError(said, { cause: error });
}

async function column<T>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, string> = {},
): Promise<T[]> {
  const answer = await client.query({ query, query_params: params, format: 'JSONCompactEachRow' });
  return (await answer.json<[T]>()).map(([value]) => value);
}

async function only<T>(client: ClickHouseClient, query: string): Promise<T> {
  return (await column<T>(client, query))[0]!;
}
