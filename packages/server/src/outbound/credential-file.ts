import { readFile } from 'node:fs/promises';
import { resolveFrom } from '../config/paths.ts';
import { messageOf } from '../errors.ts';

/**
 * What a file of credentials holds, blanks around it cut off.
 * @param directory Relative paths start here.
 * @throws Error that names the file.
 */
export async function readCredential(directory: string, path: string): Promise<string> {
  const file = resolveFrom(directory, path);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new Error(`cannot read credentials from ${file}: ${messageOf(cause)}`, { cause });
  }
}
