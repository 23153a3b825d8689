import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServer, type RunningServer } from '../compose.ts';
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { eventually, freePort, type Running, start } from './processes.ts';

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
  #prometheus: Running | undefined;
  #server: RunningServer | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.theirs = `http://127.0.0.1:${port}`;
  }

  static async create(): Promise<BesidePrometheus> {
    return new BesidePrometheus(
      await mkdtemp(join(tmpdir(), 'bellwether-beside-')),
      await freePort(),
    );
  }

  get ours(): string {
    return this.#server?.url ?? '';
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
      `server: { listen: '127.0.0.1:0' }\nstorage: { path: ours }\n${both}${ours}`,
    );
  }

  async start(): Promise<void> {
    const load = () => loadConfig(join(this.folder, 'bellwether.yml'));
    this.#prometheus = start('prometheus', [
      `--config.file=${join(this.folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(this.folder, 'theirs')}`,
      `--web.listen-address=${new URL(this.theirs).host}`,
      '--web.enable-lifecycle',
      '--web.enable-remote-write-receiver',
      '--enable-feature=exemplar-storage,native-histograms',
    ]);
    this.#server = await openServer({
      ...(await load()),
      load,
      log: createLogger({ level: 'silent' }),
    });
    await this.#server.start();
    await eventually('Prometheus', async () =>
      (await fetch(`${this.theirs}/-/ready`)).ok ? true : undefined,
    );
  }

  async reload(): Promise<void> {
    for (const [name, url] of this.urls) {
      const response = await fetch(`${url}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
    }
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#prometheus?.kill();
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
