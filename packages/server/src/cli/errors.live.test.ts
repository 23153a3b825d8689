import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, freePort, startCli } from '../testing/processes.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellwether-errors-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command that must end by itself: its exit code and what a person reads. */
async function failing(...args: string[]): Promise<{ code: number | null; text: string }> {
  const { child, output } = startCli(args);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text: output() };
}

it('says which port is taken, and ends', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { code, text } = await failing(
    'serve',
    '--data',
    join(folder, 'a'),
    '--listen',
    `127.0.0.1:${port}`,
  );
  other.close();
  expect(code).toBe(2);
  expect(text).toContain(`another program is listening on 127.0.0.1:${port}`);
  expect(text).toContain('BW_PORT_IN_USE');
  expect(text).not.toMatch(/\n\s+at /);
});

it('says which process has the data folder, and leaves that one alone', async () => {
  const data = join(folder, 'b');
  const port = await freePort();
  const first = startCli(['serve', '--data', data, '--listen', `127.0.0.1:${port}`]);
  const healthy = async () =>
    (await fetch(`http://127.0.0.1:${port}/-/healthy`)).ok ? true : undefined;
  await eventually('the first server', healthy);
  const { code, text } = await failing('serve', '--data', data, '--listen', '127.0.0.1:0');
  expect(code).toBe(2);
  expect(text).toContain(`process ${first.child.pid} is using the data folder ${data}`);
  await eventually('the first server to go on', healthy);
  await first.kill();
  expect(first.child.exitCode).toBe(0);
});

it('says that a data folder cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, text } = await failing('serve', '--data', join(folder, 'file', 'data'));
  expect(code).toBe(2);
  expect(text).toContain('cannot be written');
});

it('says file, line and key of a wrong configuration, and of a wrong rule', async () => {
  const config = join(folder, 'bellwether.yaml');
  await writeFile(config, 'scrape_configs:\n- job_name: a\n  static_config: []\n');
  expect((await failing('serve', '-c', config)).text).toContain(
    `${config}:3:3 scrape_configs.0.static_config: this key is not known here`,
  );
  await writeFile(config, 'rule_files: [rules.yml]\n');
  await writeFile(
    join(folder, 'rules.yml'),
    'groups:\n- name: g\n  rules:\n  - record: a\n    expr: sum(rat(x[5m]))\n',
  );
  const { code, text } = await failing('serve', '-c', config);
  expect(code).toBe(2);
  expect(text).toMatch(/rules\.yml:5:\d+: .*unknown function with name "rat"/);
});

it('says that a rule file is missing, instead of never firing', async () => {
  const config = join(folder, 'missing.yaml');
  await writeFile(config, 'rule_files: [nowhere.yml]\n');
  expect((await failing('serve', '-c', config)).text).toContain('nowhere.yml');
});
