import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../../config/load.ts';
import { createLogger } from '../../log.ts';
import { History } from '../metrics/history.ts';
import { SampleBatch } from '../metrics/sample-batch.ts';
import { seriesId } from '../metrics/series-id.ts';
import { openStorage } from '../open-storage.ts';
import { forgetDefinitions } from './definitions.ts';

const log = createLogger({ level: 'silent' });
const labels = { __name__: 'kept' };
const id = seriesId(labels);
const at = Date.now() - 60_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-definitions-'));
  await withHistory((history) => {
    const rows = new SampleBatch();
    for (let i = 0; i < 3; i++) rows.add(id, at + i, i);
    return history.write({ series: [{ id, labels }], samples: [rows] });
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withHistory<T>(
  use: (history: History) => Promise<T>,
  storage: { retention?: string } = {},
): Promise<T> {
  const { config, directory } = configFrom({ storage: { path: folder, ...storage } });
  const { client } = await openStorage(config.storage, directory, { log }, async () => undefined);
  try {
    return await use(new History(client));
  } finally {
    await client.close();
  }
}

const values = (storage?: { retention?: string }): Promise<number[]> =>
  withHistory(async (history) => {
    const found = await history.read([], at, at + 10);
    return found.flatMap((series) => [...series.values]);
  }, storage);

/** The file of the folder whose path ends so; of several any. */
function fileOf(end: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // ClickHouse's link to the database is another way to the same files.
  const own = found.filter((one) => !one.startsWith('metadata/bellwether/'));
  return join(folder, own.find((one) => one.endsWith(end))!);
}

type Harm = (text: string) => string | undefined;
const flipped: Harm = (text) =>
  [10, text.length >> 1, text.length - 8].reduce(
    (all, i) => `${all.slice(0, i)}\u0001${all.slice(i + 1)}`,
    text,
  );
const emptied: Harm = () => '';
const gone: Harm = () => undefined;
const elsewhere: Harm = (text) =>
  text.replace(/UUID './, (id) => `UUID '${id.endsWith('0') ? 1 : 0}`);
const renamed: Harm = (text) => text.replace('value', 'vblue');

describe('a store whose definitions are damaged', () => {
  it.each<[string, string, Harm]>([
    ['three bytes of a table', '/samples_by_hours.sql', flipped],
    ['all of a table', '/samples_by_hours.sql', emptied],
    ['the file of a table', '/series.sql', gone],
    ['where the parts of a table are', '/samples_by_hours.sql', elsewhere],
    ['the name of a column', '/samples_by_hours.sql', renamed],
    ['three bytes of a view', '/predictions.sql', flipped],
    ['three bytes of the database', 'metadata/bellwether.sql', flipped],
    ['the file of the database', 'metadata/bellwether.sql', gone],
    ['the version of a format', '/format_version.txt', emptied],
  ])('opens with all it has: %s', async (_, end, harm) => {
    const file = fileOf(end);
    const text = await readFile(file, 'utf8');
    const damaged = harm(text);
    if (damaged === undefined) await rm(file);
    else await writeFile(file, damaged);
    expect(await values()).toEqual([0, 1, 2]);
    expect(await readFile(file, 'utf8')).toBe(text);
    const aside = readdirSync(folder).includes('damaged')
      ? readdirSync(join(folder, 'damaged'))
      : [];
    expect(aside).toHaveLength(damaged === undefined ? 0 : 1);
  });

  it('says which files it needs where there is no copy of them', async () => {
    const file = fileOf('/samples_by_hours.sql');
    await writeFile(file, flipped(await readFile(file, 'utf8'))!.replace('ATTACH', 'A\0TACH'));
    await forgetDefinitions(folder);
    await expect(values()).rejects.toMatchObject({
      code: 'BW_STORAGE_FAILED',
      message: `the embedded ClickHouse cannot open ${folder}: damaged is ${file}`,
    });
  });

  it('does not take a change of its own for damage', async () => {
    expect(await values({ retention: '9d' })).toEqual([0, 1, 2]);
    expect(await values({ retention: '9d' })).toEqual([0, 1, 2]);
    expect(await readFile(fileOf('/samples_by_hours.sql'), 'utf8')).toContain('toIntervalDay(9)');
    expect(readdirSync(folder)).not.toContain('damaged');
  });
});
