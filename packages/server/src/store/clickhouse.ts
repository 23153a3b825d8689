import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { BellwetherError, messageOf } from '../errors.ts';
import { EmbeddedConnection } from './embedded-connection.ts';

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/**
 * Opens the ClickHouse that lives in this process, its data in `path`. One process owns a data folder at a time.
 * @throws BellwetherError `BW_STORAGE_NOT_WRITABLE`, `BW_STORAGE_LOCKED` or `BW_STORAGE_FAILED`.
 */
export async function openEmbeddedClickHouse(path: string): Promise<ClickHouseClient> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  try {
    // chdb takes the connection's type from @clickhouse/client-common, the client carries its own copy: same, but not to TypeScript.
    const connection = (await EmbeddedConnection.open(folder)) as unknown as Connection;
    const client = createClient({ connection });
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS bellwether' });
    await writeFile(join(folder, OWNER), String(process.pid));
    return client;
  } catch (cause) {
    throw await explain(folder, cause);
  }
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
