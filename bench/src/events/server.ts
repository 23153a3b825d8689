import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { finish, freePort, ready } from '../processes.ts';
import type { Order, Sent } from './sender.ts';

const TICKS_A_SECOND = 100;

/** `bellwether serve` in a process of its own, and senders to its events door in others. */
export class EventServer {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start(folder: string): Promise<EventServer> {
    const address = `127.0.0.1:${await freePort()}`;
    const cli = fileURLToPath(new URL('../../../packages/server/src/cli/main.ts', import.meta.url));
    const args = [...process.execArgv, cli, 'serve', '--data', folder, '--listen', address];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await ready(`http://${address}/-/ready`);
    return new EventServer(child, `http://${address}/api/bellwether/v1/events`);
  }

  async take(order: Omit<Order, 'url'>): Promise<Sent & { readonly cpuSeconds: number }> {
    const before = this.#cpuSeconds;
    const sent = (await run('./sender.ts', { ...order, url: this.#url })) as Sent;
    return { ...sent, cpuSeconds: this.#cpuSeconds - before };
  }

  /** How many different predictions there are, and how long it took to count them. */
  async count(): Promise<{ events: number; ms: number }> {
    const began = performance.now();
    const response = await fetch(`${this.#url}?limit=0&model=mail_spam`);
    const { counts } = (await response.json()) as { counts: { predictions: number } };
    return { events: counts.predictions, ms: performance.now() - began };
  }

  /** Milliseconds to find one event by its id among all of a model. */
  async find(id: string): Promise<number> {
    const began = performance.now();
    const response = await fetch(`${this.#url}?model=mail_spam&id=${id}`);
    const { events } = (await response.json()) as { events: unknown[] };
    if (events.length !== 1) throw new Error(`${id} is there ${events.length} times`);
    return performance.now() - began;
  }

  get peakMemoryMiB(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
  }

  stop(): Promise<void> {
    return finish(this.#child);
  }

  get #cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }
}

/** Runs a script of this folder with one argument; what it prints last is its result. */
export async function run(script: string, argument: unknown): Promise<unknown> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1)!);
}
