import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEmbeddedClickHouse } from './clickhouse.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-lock-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('opens only once a folder, and says so', async () => {
  const client = await openEmbeddedClickHouse(folder);
  const code = `import { openEmbeddedClickHouse } from ${JSON.stringify(new URL('./clickhouse.ts', import.meta.url).href)};
      openEmbeddedClickHouse(${JSON.stringify(folder)}).catch((e) => { console.log(e.code, e.message); process.exit(0); });`;
  const { stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', code],
    { encoding: 'utf8' },
  );
  await client.close();
  expect(stdout).toContain('BW_STORAGE_LOCKED');
  expect(stdout).toContain(folder);
});
