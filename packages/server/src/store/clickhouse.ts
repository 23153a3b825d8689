import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { BellwetherError, messageOf } from '../errors.ts';

/**
 * Opens the ClickHouse that lives in this process, its data in `path`. One process owns a data folder at a time.
 * @throws BellwetherError `BW_STORAGE_NOT_WRITABLE`, `BW_STORAGE_LOCKED` or `BW_STORAGE_FAILED`.
 */
export async function openEmbeddedClickHouse(path: string): Promise<ClickHouseClient> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw notWritable(folder, cause);
  }
  try {
    const client = createClient({ connection: createChdbConnection({ path: folder }) });
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS bellwether' });
    return client;
  } catch (cause) {
    throw explain(folder, cause);
  }
}

function explain(folder: string, error: unknown): BellwetherError {
  const texts: string[] = [];
  for (let e: unknown = error; e instanceof Error; e = e.cause) texts.push(e.message);
  const text = texts.join('; ');
  if (/Cannot lock file/i.test(text))
    return new BellwetherError(
      'BW_STORAGE_LOCKED',
      `another process is using the data folder ${folder}`,
      'Stop that process, or give this one a folder of its own (storage.path, or --data).',
      { cause: error },
    );
  if (/permission|denied|read-only|EACCES|EROFS/i.test(text)) return notWritable(folder, error);
  return new BellwetherError(
    'BW_STORAGE_FAILED',
    `the embedded ClickHouse cannot open ${folder}: ${text.slice(0, 500)}`,
    'Check that the disk has space and the folder is whole; another folder can be named with storage.path.',
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
