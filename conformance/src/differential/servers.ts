import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../packages/server/src/cli/main.ts', import.meta.url));
const PATIENCE_MS = 120_000;

/** A Prometheus of this machine and we, both empty and with the same configuration. */
export interface Servers {
  readonly theirs: string;
  readonly ours: string;
  stop(): Promise<void>;
}

/** @throws Error where one of them does not start, with what it says */
export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-differential-'));
  const both = 'global: { scrape_interval: 1m, evaluation_interval: 30s }\n';
  const theirs = `127.0.0.1:${await freePort()}`;
  const ours = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'prometheus.yml'), both);
  await writeFile(
    join(folder, 'bellwether.yml'),
    `server: { listen: '${ours}' }\nstorage: { path: ours }\n${both}`,
  );
  const processes = [
    start('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'theirs')}`,
      `--web.listen-address=${theirs}`,
      '--web.enable-remote-write-receiver',
    ]),
    start(process.execPath, [
      ...process.execArgv,
      CLI,
      'serve',
      '-c',
      join(folder, 'bellwether.yml'),
    ]),
  ];
  const stop = async (): Promise<void> => {
    for (const { child } of processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(`http://${theirs}`, processes[0]!);
    await ready(`http://${ours}`, processes[1]!);
  } catch (error) {
    await stop();
    throw error;
  }
  return { theirs: `http://${theirs}`, ours: `http://${ours}`, stop };
}

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function start(command: string, args: readonly string[]): Started {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const keep = (piece: Buffer): void => {
    said = (said + piece.toString()).slice(-10_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => {
    said = error.message;
  });
  return { child, said: () => said };
}

async function ready(url: string, { child, said }: Started): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && child.exitCode === null && child.pid !== undefined) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause(200);
  }
  throw new Error(`${url} does not start: ${said()}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
