import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, type Running, start, startCli } from './processes.ts';

/** One element of a vector, or one series of a matrix. */
export interface FoundSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
  readonly histogram?: readonly [number, unknown];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

/** Keys that only one of the two knows, put behind the ones they share. */
interface Configuration {
  readonly both: string;
  readonly ours?: string;
  readonly theirs?: string;
}

/** A real Prometheus (2.42, package `prometheus`) and us with the same configuration, in one folder, for comparison. */
export class BesidePrometheus {
  readonly folder: string;
  /** Where the real one answers. */
  readonly theirs: string;
  readonly ours: string;
  #running: readonly Running[] = [];

  private constructor(folder: string, theirPort: number, ourPort: number) {
    this.folder = folder;
    this.theirs = `http://127.0.0.1:${theirPort}`;
    this.ours = `http://127.0.0.1:${ourPort}`;
  }

  static async create(): Promise<BesidePrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'bellwether-beside-'));
    return new BesidePrometheus(folder, await freePort(), await freePort());
  }

  /** Both, by name. */
  get urls(): readonly (readonly [string, string])[] {
    return [
      ['Prometheus', this.theirs],
      ['Bellwether', this.ours],
    ];
  }

  async configure({ both, ours = '', theirs = '' }: Configuration): Promise<void> {
    await writeFile(join(this.folder, 'prometheus.yml'), both + theirs);
    await writeFile(
      join(this.folder, 'bellwether.yml'),
      `server: { listen: '${new URL(this.ours).host}' }\nstorage: { path: ours }\n${both}${ours}`,
    );
  }

  /** Starts both and waits until they are ready. */
  async start(): Promise<void> {
    this.#running = [
      start('prometheus', [
        `--config.file=${join(this.folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.folder, 'theirs')}`,
        `--web.listen-address=${new URL(this.theirs).host}`,
        '--web.enable-lifecycle',
        '--web.enable-remote-write-receiver',
        '--enable-feature=exemplar-storage,native-histograms',
      ]),
      startCli(['serve', '-c', join(this.folder, 'bellwether.yml')]),
    ];
    for (const [i, [name, url]] of this.urls.entries())
      await eventually(name, async () => {
        const { child, output } = this.#running[i]!;
        if (child.exitCode !== null) throw new Error(`${name} ended: ${output()}`);
        return (await fetch(`${url}/-/ready`)).ok ? true : undefined;
      });
  }

  async reload(): Promise<void> {
    for (const [name, url] of this.urls) {
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
    }
  }

  async stop(): Promise<void> {
    for (const one of this.#running) await one.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What an expression yields. @param time Seconds. */
  async query(url: string, query: string, time?: number): Promise<readonly FoundSeries[]> {
    const params = new URLSearchParams({
      query,
      ...(time === undefined ? {} : { time: `${time}` }),
    });
    const response = await fetch(`${url}/api/v1/query?${params}`);
    const body = (await response.json()) as {
      status: string;
      error?: string;
      data: { result: FoundSeries[] };
    };
    if (body.status !== 'success') throw new Error(`${query}: ${body.error}`);
    return body.data.result;
  }
}
