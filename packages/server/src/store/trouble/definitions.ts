import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../../log.ts';

/*
 * The embedded ClickHouse keeps what its tables are in small text files, without checksums. Where one of them is damaged it
 * opens nothing at all, or, where the name of a table's folder was hit, opens an empty table. So there is a copy of them.
 */

/** The copy: texts by their paths within the data folder, and a checksum of them. */
interface Copy {
  readonly sha256: string;
  readonly files: readonly (readonly [path: string, text: string])[];
}

const COPY = 'definitions.json';
/** What was damaged stays here, for whoever wants to look. */
const DAMAGED = 'damaged';

/** Copies the definitions as they are now. */
export async function keepDefinitions(folder: string): Promise<void> {
  const files = await definitionsIn(folder);
  const text = JSON.stringify({ sha256: checksum(files), files } satisfies Copy);
  const file = join(folder, COPY);
  if (text === (await readFile(file, 'utf8').catch(() => undefined))) return;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** To be called before definitions change: from here on the copy is not to be believed. */
export async function forgetDefinitions(folder: string): Promise<void> {
  await rm(join(folder, COPY), { force: true });
}

/** Brings back the definitions that are not as they were; to be called before ClickHouse opens the folder. */
export async function restoreDefinitions(folder: string, log: Logger): Promise<void> {
  const copy = await readCopy(folder);
  for (const [path, text] of copy?.files ?? []) {
    const file = join(folder, path);
    const there = await readFile(file).catch(() => undefined);
    if (there?.equals(Buffer.from(text)) === true) continue;
    if (there !== undefined) {
      const aside = join(folder, DAMAGED, `${Date.now()}-${path.replaceAll('/', '_')}`);
      await mkdir(dirname(aside), { recursive: true });
      await rename(file, aside);
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    log.error(
      { file },
      `a definition of the store was ${there === undefined ? 'gone' : 'damaged'} and was brought back from its copy; look at the disk`,
    );
  }
}

/** The definitions that are plainly none: what is to be brought back from a backup where there is no copy. */
export async function brokenDefinitions(folder: string): Promise<string[]> {
  const files = await definitionsIn(folder).catch(() => []);
  return files.flatMap(([path, text]) =>
    path.endsWith('.sql') && (!text.startsWith('ATTACH ') || /[\0\ufffd]/.test(text))
      ? [join(folder, path)]
      : [],
  );
}

async function readCopy(folder: string): Promise<Copy | undefined> {
  try {
    const copy = JSON.parse(await readFile(join(folder, COPY), 'utf8')) as Copy;
    return checksum(copy.files) === copy.sha256 ? copy : undefined;
  } catch {
    // A copy that cannot be read is none; another is made once the store is open.
    return undefined;
  }
}

function checksum(files: Copy['files']): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

/** Databases stand in `metadata`, their tables and what belongs to these in `store/<abc>/<abc…>`. */
async function definitionsIn(folder: string): Promise<Copy['files']> {
  const paths = await filesIn(folder, 'metadata');
  for (const group of await foldersIn(folder, 'store'))
    for (const one of await foldersIn(folder, group)) paths.push(...(await filesIn(folder, one)));
  const wanted = paths.filter((path) => /(?:\.sql|\/format_version\.txt)$/.test(path)).sort();
  return Promise.all(
    wanted.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
  );
}

async function filesIn(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [`${path}/${entry.name}`] : []));
}

async function foldersIn(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [`${path}/${entry.name}`] : []));
}
