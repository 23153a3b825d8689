import { access, constants, mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { BellwetherError, messageOf } from '../errors.ts';
import { createLogger, type Logger } from '../log.ts';
import { EmbeddedConnection } from './embedded-connection.ts';
import { endAtFatalSignals } from './fatal-signals.ts';
import { keepToOwner } from './owner-only.ts';
import { MOST_QUERY_BYTES } from './query-size.ts';
import { brokenDefinitions, restoreDefinitions } from './trouble/definitions.ts';
import { explainRefusal, refusalOf, StoreUnavailableError } from './trouble/refusal.ts';
import { RepairingConnection } from './trouble/repairing-connection.ts';

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;

export interface EmbeddedOptions {
  /** Told what of the data is damaged and was set aside. */
  readonly log?: Logger;
  /** Awaited after a damaged part was set aside, before the query that met it is answered. */
  readonly onSetAside?: (() => Promise<void>) | undefined;
}

/**
 * Opens the ClickHouse that lives in this process, its data in `path`. One process owns a data folder at a time.
 * @throws BellwetherError `BW_STORAGE_NOT_WRITABLE`, `BW_STORAGE_LOCKED` or `BW_STORAGE_FAILED`; StoreUnavailableError the
 * disk is full, and nothing was touched.
 */
export async function openEmbeddedClickHouse(
  path: string,
  { log = createLogger(), onSetAside }: EmbeddedOptions = {},
): Promise<ClickHouseClient> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (cause) {
    if (refusalOf(cause) === 'disk-full') throw diskFull(folder, cause);
    throw notWritable(folder, cause);
  }
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < LEAST_FREE_BYTES)
    throw diskFull(folder, `no space left on device: ${bavail * bsize} bytes are free`);
  await keepToOwner(folder, log);
  let client: ClickHouseClient | undefined;
  try {
    await restoreDefinitions(folder, log);
    const embedded = new RepairingConnection(
      await EmbeddedConnection.open(folder),
      log,
      onSetAside,
    );
    // chdb takes the connection's type from @clickhouse/client-common, the client carries its own copy: same, but not to TypeScript.
    client = createClient({ connection: embedded as unknown as Connection });
    await client.command({ query: `SET max_query_size = ${MOST_QUERY_BYTES}` });
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS bellwether' });
    endAtFatalSignals();
    await writeFile(join(folder, OWNER), String(process.pid));
    return client;
  } catch (cause) {
    await client?.close();
    throw refusalOf(cause) === 'disk-full' ? diskFull(folder, cause) : await explain(folder, cause);
  }
}

/**
 * On a full disk ClickHouse truncates the definition of a table that is made or changed, and cannot open the folder ever
 * after; so with less than this nothing is opened. What is opened already is safe: an insert that has no room is refused.
 */
const LEAST_FREE_BYTES = 16 * 2 ** 20;

function diskFull(folder: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(explainRefusal(cause, { kind: 'embedded', folder }), { cause });
}

/** Says who has the folder open; only read when ClickHouse refuses to open it, as its own message goes to stderr. */
const OWNER = 'bellwether.pid';

async function livingOwner(folder: string): Promise<number | null> {
  const pid = Number(await readFile(join(folder, OWNER), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : null;
  }
}

async function explain(folder: string, error: unknown): Promise<BellwetherError> {
  const owner = await livingOwner(folder);
  if (owner !== null)
    return new BellwetherError(
      'BW_STORAGE_LOCKED',
      `process ${owner} is using the data folder ${folder}`,
      'Stop that process, or give this one a folder of its own (storage.path, or --data).',
      { cause: error },
    );
  const broken = await brokenDefinitions(folder);
  if (broken.length > 0)
    return new BellwetherError(
      'BW_STORAGE_FAILED',
      `the embedded ClickHouse cannot open ${folder}: damaged is ${broken.join(', ')}`,
      'Bring these files back from a backup of the folder, or name another folder (storage.path, or --data); see "Damaged definitions" in docs/storage.md. And look at the disk.',
      { cause: error },
    );
  const texts = new Set<string>();
  for (let e: unknown = error; e instanceof Error; e = e.cause) texts.add(e.message);
  return new BellwetherError(
    'BW_STORAGE_FAILED',
    `the embedded ClickHouse cannot open ${folder}: ${[...texts].join('; ').slice(0, 500)}`,
    'The lines above are its own words. Check that the disk has space and the folder is whole, or name another folder (storage.path, or --data).',
    { cause: error },
  );
}

function notWritable(folder: string, cause: unknown): BellwetherError {
  return new BellwetherError(
    'BW_STORAGE_NOT_WRITABLE',
    `the data folder ${folder} cannot be written: ${messageOf(cause)}`,
    'Give this user the right to write there, or name another folder (storage.path, or --data).',
    { cause },
  );
}
