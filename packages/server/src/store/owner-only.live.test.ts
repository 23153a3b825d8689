import { chmodSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BellwetherProcess } from '../testing/bellwether-process.ts';
import { keepToOwner } from './owner-only.ts';

let folder: string;
let server: BellwetherProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-owner-'));
  server = await BellwetherProcess.create(`storage: { path: '${join(folder, 'data')}' }\n`);
});
afterEach(async () => {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

/** What of the data folder somebody else may read, write or enter. */
function open(): string[] {
  const data = join(folder, 'data');
  return [
    data,
    ...readdirSync(data, { recursive: true, encoding: 'utf8' }).map((one) => join(data, one)),
  ].filter((path) => (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
}

it('keeps all that it stores to the owner of the folder, and closes what was open before, saying so', async () => {
  await server.start();
  expect((await server.write('kept', [[Date.now(), 7]])).status).toBe(204);
  expect(open()).toEqual([]);
  await server.kill();
  expect(open()).toEqual([]);

  for (const one of readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, 'data', one);
    chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
  }
  await chmod(join(folder, 'data'), 0o755);
  await server.start();
  expect(open()).toEqual([]);
  expect(server.output).toContain('the data folder could be read by others on this machine');
  expect(await server.samples('kept')).toHaveLength(1);
});

it('leaves a folder that many users share as it is, and says that', async () => {
  await chmod(folder, 0o1777);
  const said: string[] = [];
  const before = process.umask();
  await keepToOwner(folder, pino({}, { write: (line) => said.push(line) }));
  process.umask(before);
  expect((await stat(folder)).mode & 0o7777).toBe(0o1777);
  expect(said).toEqual([expect.stringContaining('cannot be closed')]);
});
