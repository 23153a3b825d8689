import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish, freePort, ready } from '../processes.ts';
import { INTERVAL_MS, makeSeries } from './data.ts';
import { remoteWrite } from './remote-write.ts';

/** A server to be asked, and how to end it. */
export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Our engine behind HTTP, in a process of its own. */
export async function startOurs(hours: number, end: number): Promise<Server> {
  const script = fileURLToPath(new URL('./our-server.ts', import.meta.url));
  const child = fork(script, [String(hours), String(end)], {
    execArgv: [...process.execArgv, '--max-old-space-size=4096'],
  });
  const exited = once(child, 'exit').then(() => undefined);
  const port = await Promise.race([once(child, 'message').then(([message]) => message), exited]);
  if (typeof port !== 'number') throw new Error('our server did not start');
  return { url: `http://127.0.0.1:${port}`, stop: () => finish(child) };
}

/**
 * A real Prometheus filled with the same samples by remote write.
 *
 * @returns `undefined` where no `prometheus` can be started
 */
export async function startPrometheus(hours: number, end: number): Promise<Server | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-bench-'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, 'scrape_configs: []\n');
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--storage.tsdb.retention.time=10y',
      '--query.max-samples=500000000',
    ],
    { stdio: 'ignore' },
  );
  const failed = once(child, 'error').then(() => true as const);
  const started = once(child, 'spawn').then(() => false as const);
  if (await Promise.race([failed, started])) return undefined;
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await finish(child);
    await rm(folder, { recursive: true, force: true });
  };
  await ready(`${url}/-/ready`);
  const series = makeSeries(hours, end);
  const perRequest = 120;
  for (let i = 0; i < (hours * 3_600_000) / INTERVAL_MS; i += perRequest)
    await remoteWrite(`${url}/api/v1/write`, series, i, i + perRequest);
  return { url, stop };
}
