import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/** What group and others may do. */
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Keeps a data folder, and all that this process and the ClickHouse in it make from now on, to its owner: samples and
 * events hold what nobody else on the machine is meant to read. What was open to others before is closed, once.
 */
export async function keepToOwner(folder: string, log: Logger): Promise<void> {
  process.umask(OTHERS);
  const { mode } = await lstat(folder);
  if ((mode & OTHERS) === 0) return;
  try {
    // A folder that is everybody's, like /tmp, stays so.
    if ((mode & STICKY) !== 0) throw new Error('it is a folder that many users share');
    // First what is within, so that who is ended in between does it again.
    const closed = await closeWithin(folder);
    await chmod(folder, mode & ~OTHERS & 0o7777);
    log.info(
      { folder, files: closed },
      'the data folder could be read by others on this machine; now only by its owner',
    );
  } catch (error) {
    log.warn(
      { folder, error: messageOf(error) },
      'the data folder cannot be closed to others on this machine; what is made in it from now on is',
    );
  }
}

/** @returns how many files and folders were open */
async function closeWithin(folder: string): Promise<number> {
  let closed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() && !entry.isFile()) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) closed += await closeWithin(path);
    const { mode } = await lstat(path);
    if ((mode & OTHERS) === 0) continue;
    await chmod(path, mode & ~OTHERS & 0o7777);
    closed++;
  }
  return closed;
}
