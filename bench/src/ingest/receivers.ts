import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../measure.ts';
import { finish, freePort, ready } from '../processes.ts';
import type { Order, Sent } from './sender.ts';

export type Product = 'Bellwether' | 'Prometheus' | 'VictoriaMetrics';

/** A server that takes remote write, with a data folder of its own. */
export class Receiver {
  readonly product: Product;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #url = '';

  private constructor(product: Product, folder: string) {
    this.product = product;
    this.#folder = folder;
  }

  /** @returns undefined where the product is not installed */
  static async start(product: Product): Promise<Receiver | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'bellwether-ingest-'));
    const receiver = new Receiver(product, folder);
    await writeFile(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
    if ((await receiver.start()) !== undefined) return receiver;
    await receiver.remove();
    return undefined;
  }

  /** @returns milliseconds until it says it is ready */
  async start(): Promise<number | undefined> {
    const began = performance.now();
    const port = await freePort();
    const [command, args] = this.#command(port);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const failed = once(child, 'error').then(() => true as const);
    const started = once(child, 'spawn').then(() => false as const);
    if (await Promise.race([failed, started])) return undefined;
    this.#child = child;
    this.#url = `http://127.0.0.1:${port}`;
    await ready(`${this.#url}${this.product === 'VictoriaMetrics' ? '/health' : '/-/ready'}`);
    return performance.now() - began;
  }

  /** Has samples sent to it by a process of their own. */
  async take(load: Omit<Order, 'url'>): Promise<Sent> {
    const order: Order = { ...load, url: `${this.#url}/api/v1/write` };
    const script = fileURLToPath(new URL('./sender.ts', import.meta.url));
    const sender = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    sender.stdout.on('data', (chunk) => {
      if (output === '') sender.stdin.write('go\n');
      output += chunk;
    });
    const [code] = await once(sender, 'exit');
    if (code !== 0) throw new Error(`the sender to ${this.product} ended with ${code}`);
    return JSON.parse(output.trim().split('\n').at(-1)!) as Sent;
  }

  /** Milliseconds that it takes to answer a question of Prometheus' API: the median of five. */
  async timed(path: string, parameters: Record<string, string>): Promise<number> {
    const took: number[] = [];
    for (let i = 0; i < 5; i++) {
      const began = performance.now();
      await this.#ask(path, parameters);
      took.push(performance.now() - began);
    }
    return median(took);
  }

  /** How many samples its own query language counts for the sent metrics up to `at`. */
  async count(at: number, rangeMs: number): Promise<number> {
    const query = `sum(count_over_time({job="kubernetes-pods"}[${rangeMs}ms]))`;
    const answer = JSON.parse(await this.#ask('query', { query, time: String(at / 1000) })) as {
      data: { result: { value: [number, string] }[] };
    };
    return Number(answer.data.result[0]?.value[1] ?? 0);
  }

  async #ask(path: string, parameters: Record<string, string>): Promise<string> {
    const body = new URLSearchParams(parameters);
    const response = await fetch(`${this.#url}/api/v1/${path}`, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${this.product} answered ${path} with ${text}`);
    return text;
  }

  /** CPU time it has used, in seconds. */
  get cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child!.pid}/stat`, 'utf8')
      .split(') ')[1]!
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }

  /** Memory in MiB: what it holds now, and the most it has ever held. */
  get memory(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child!.pid}/status`, 'utf8');
    const read = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) / 1024;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  async stop(): Promise<void> {
    if (this.#child !== undefined) await finish(this.#child);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #command(port: number): [string, string[]] {
    const data = join(this.#folder, 'data');
    const address = `127.0.0.1:${port}`;
    if (this.product === 'VictoriaMetrics')
      return [
        'victoria-metrics',
        [
          `-storageDataPath=${data}`,
          `-httpListenAddr=${address}`,
          '-retentionPeriod=1y',
          '-loggerLevel=ERROR',
        ],
      ];
    if (this.product === 'Prometheus')
      return [
        'prometheus',
        [
          `--config.file=${join(this.#folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${data}`,
          `--web.listen-address=${address}`,
          '--web.enable-remote-write-receiver',
          '--query.max-samples=1000000000',
          '--log.level=error',
        ],
      ];
    // As it is installed: what runs the sources for us here would slow them down.
    const cli = fileURLToPath(
      new URL('../../../packages/server/dist/cli/main.js', import.meta.url),
    );
    return [process.execPath, [cli, 'serve', '--data', data, '--listen', address]];
  }
}

/** Compiles what is measured. */
export async function build(): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const child = spawn(process.execPath, [compiler, '-b'], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the sources do not compile');
}

/** Of Linux's /proc, on every machine that this runs on. */
const TICKS_A_SECOND = 100;
