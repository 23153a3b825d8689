import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, open as openFile, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import { BellwetherProcess } from '../../testing/bellwether-process.ts';
import { eventually } from '../../testing/processes.ts';
import { openEmbeddedClickHouse } from '../clickhouse.ts';
import { History } from '../metrics/history.ts';
import { SampleBatch } from '../metrics/sample-batch.ts';
import { seriesId } from '../metrics/series-id.ts';
import { migrate } from '../schema/migrate.ts';
import { SeriesCopy } from './series-copy.ts';

const DAY = 86_400_000;
const ROWS = 2000;
const log = createLogger({ level: 'silent' });
const labels = { __name__: 'kept' };
/** Midnights of today and the days before it. */
const midnight = (daysAgo: number): number => Math.floor(Date.now() / DAY - daysAgo) * DAY;
const dayOf = (daysAgo: number): string => new Date(midnight(daysAgo)).toISOString().slice(0, 10);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-damage-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A store with a part of samples for each day; the days of one list are written at once. */
async function fill(path: string, days: readonly (readonly number[])[]): Promise<void> {
  const client = await openEmbeddedClickHouse(path, { log });
  await migrate(client, { retentionMs: 300 * DAY, openDamaged: true });
  await client.command({ query: 'SYSTEM STOP MERGES bellwether.samples_by_hours' });
  const history = new History(client);
  const id = seriesId(labels);
  for (const together of days) {
    const rows = new SampleBatch();
    for (const daysAgo of together)
      for (let i = 0; i < ROWS; i++) rows.add(id, midnight(daysAgo) + i * 1000, Math.random());
    await history.write({ series: [{ id, labels }], samples: [rows] });
  }
  await client.close();
}

/** The folder of the part that holds a day. */
function partOf(path: string, daysAgo: number, folders = foldersIn(path)): string {
  const name = dayOf(daysAgo).replaceAll('-', '');
  const found = folders.find(
    (one) => /^store\/\w+\/[\w-]+\/\d{8}-\d_\d+_\d+_0$/.test(one) && one.includes(`/${name}-`),
  );
  return join(path, found!);
}

/** The folder of the one part of a table of labels. */
async function seriesPartOf(path: string, table: string): Promise<string> {
  const all = foldersIn(path);
  const definition = all.find((one) => one.endsWith(`/${table}.sql`))!;
  const [, id] = /UUID '([0-9a-f-]+)'/.exec(await readFile(join(path, definition), 'utf8'))!;
  return join(path, all.find((one) => new RegExp(`/${id}/all_\\w+$`).test(one))!);
}

function foldersIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' });
}

/** Overwrites bytes in the middle of a file. */
async function spoil(file: string, at = 0.5, bytes = 16): Promise<void> {
  const { size } = await stat(file);
  const handle = await openFile(file, 'r+');
  await handle.write(randomBytes(bytes), 0, bytes, Math.floor(at * (size - bytes)));
  await handle.close();
}

async function countOf(path: string): Promise<number> {
  const client = await openEmbeddedClickHouse(path, { log });
  try {
    const series = await new History(client).read([], midnight(200), Date.now());
    return series.reduce((sum, { times }) => sum + times.length, 0);
  } finally {
    await client.close();
  }
}

describe('a damaged store', () => {
  let server: BellwetherProcess;
  beforeAll(async () => {
    server = await BellwetherProcess.create('');
  });
  afterEach(() => server.kill('SIGKILL'));
  afterAll(() => server.remove());

  it('starts, answers with what there is, and says what may be missing', async () => {
    await fill(folder, [[5], [4], [3], [2]]);
    await truncate(join(partOf(folder, 5), 'data.bin'), 100);
    await rm(join(partOf(folder, 4), 'columns.txt'));
    await spoil(join(partOf(folder, 3), 'data.bin'));
    await server.configure(`storage: { path: '${folder}' }\n`);
    await server.start();

    const ask = () =>
      fetch(`${server.url}/api/v1/query?query=${encodeURIComponent('count_over_time(kept[7d])')}`);
    for (let round = 0; round < 2; round++) {
      const answer = (await (await ask()).json()) as {
        status: string;
        data: { result: { value: [number, string] }[] };
        warnings?: string[];
      };
      expect(answer.status).toBe('success');
      expect(Number(answer.data.result[0]!.value[1])).toBe(ROWS);
      expect(answer.warnings).toEqual(
        [5, 4, 3].map((daysAgo) => expect.stringContaining(`samples of ${dayOf(daysAgo)} may be`)),
      );
      expect(await server.metric('bellwether_store_damaged_parts')).toBe(3);
      if (round === 0) {
        expect(server.output).toContain('a damaged part of the store was set aside');
        await server.kill('SIGKILL');
        await server.start();
      }
    }
    // Days that are whole are not spoken of.
    const { warnings } = (await (
      await fetch(`${server.url}/api/v1/query?query=kept&time=${midnight(2) / 1000 + 1500}`)
    ).json()) as { warnings?: string[] };
    expect(warnings).toBeUndefined();
  });

  it.each([
    ['is found out when ClickHouse starts', (part: string) => truncate(join(part, 'data.bin'), 20)],
    ['is found out by a query', (part: string) => spoil(join(part, 'data.bin'), 0.5, 4)],
  ])('finds every series though what has their labels is broken, which %s', async (_, harm) => {
    await fill(folder, [[3, 2]]);
    const client = await openEmbeddedClickHouse(folder, { log });
    await new SeriesCopy(client, log, 0).copy();
    await client.close();
    await harm(await seriesPartOf(folder, 'series'));
    await server.configure(`storage: { path: '${folder}' }\n`);
    await server.start();
    const answer = (await (
      await fetch(
        `${server.url}/api/v1/query?query=${encodeURIComponent('sum(count_over_time(kept[7d]))')}`,
      )
    ).json()) as { data: { result: { value: [number, string] }[] }; warnings?: string[] };
    expect(answer.data.result.map(({ value }) => value[1])).toEqual([String(2 * ROWS)]);
    expect(answer.warnings).toBeUndefined();
    expect(await server.metric('bellwether_store_damaged_parts')).toBe(1);
  });

  it('sets aside what only merges meet, which nobody hears of', async () => {
    await fill(folder, [[3], [3], [3], [3], [3], [3]]);
    await spoil(join(partOf(folder, 3), 'data.bin'));
    const client = await openEmbeddedClickHouse(folder, { log });
    const ask = async <T>(query: string): Promise<T[]> =>
      (await client.query({ query, format: 'JSONEachRow' })).json<T>();
    try {
      await eventually('the damaged part to be set aside', async () => {
        const detached = await ask(
          "SELECT name FROM system.detached_parts WHERE table = 'samples_by_hours'",
        );
        return detached.length === 1 ? true : undefined;
      });
      expect(
        await ask(
          "SELECT toFloat64(sum(rows)) AS rows FROM system.parts WHERE table = 'samples_by_hours' AND active",
        ),
      ).toEqual([{ rows: 5 * ROWS }]);
    } finally {
      await client.close();
    }
  });

  it('opens though more parts are broken than ClickHouse would bear', async () => {
    const days = Array.from({ length: 102 }, (_, i) => i + 2);
    await fill(folder, [days.slice(0, 50), days.slice(50)]);
    const folders = foldersIn(folder);
    for (const daysAgo of days.slice(1))
      await rm(join(partOf(folder, daysAgo, folders), 'columns.txt'));
    expect(await countOf(folder)).toBe(ROWS);
  });

  it.each([
    ['data.bin', 'its middle'],
    ['data.bin', 'its beginning'],
    ['data.cmrk4', 'its middle'],
    ['primary.cidx', 'its beginning'],
    ['checksums.txt', 'its middle'],
    ['columns.txt', 'its middle'],
    ['count.txt', 'its beginning'],
  ])('opens and can be read when %s is overwritten in %s', async (file, where) => {
    await fill(folder, [[3], [2]]);
    const path = join(partOf(folder, 3), file);
    const { size } = await stat(path);
    await spoil(path, where === 'its middle' ? 0.5 : 0, Math.min(16, size));
    // Either the part is set aside, or what was hit carries nothing that is needed.
    expect([ROWS, 2 * ROWS]).toContain(await countOf(folder));
  });
});
