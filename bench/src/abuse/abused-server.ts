import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish, freePort, ready } from '../processes.ts';

/** The program as it is installed, with its own limits, scraping one target. */
export class AbusedServer {
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  /** @param target host:port that is scraped each second */
  static async start(target: string): Promise<AbusedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'bellwether-abuse-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const file = join(folder, 'bellwether.yaml');
    await writeFile(
      file,
      `server: { listen: '${listen}' }
storage: { path: data }
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
scrape_configs: [{ job_name: stranger, static_configs: [{ targets: ['${target}'] }] }]
`,
    );
    const cli = fileURLToPath(
      new URL('../../../packages/server/dist/cli/main.js', import.meta.url),
    );
    const child = spawn(process.execPath, [cli, 'serve', '-c', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BELLWETHER_LOG_LEVEL: 'fatal' },
    });
    const url = `http://${listen}`;
    await ready(`${url}/-/ready`);
    return new AbusedServer(url, folder, child);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Memory in MiB: what it holds now, and the most since the last call. */
  memory(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const read = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) / 1024;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  /** Lets the kernel measure the peak anew. */
  async forgetPeak(): Promise<void> {
    // Source: Linux, Documentation/filesystems/proc.rst, clear_refs.
    await writeFile(`/proc/${this.#child.pid}/clear_refs`, '5');
  }

  async remove(): Promise<void> {
    await finish(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
