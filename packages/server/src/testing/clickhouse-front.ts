import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClickHouseConfig, clickHouseSchema } from '../config/clickhouse-schema.ts';
import type { FrontOptions } from './clickhouse-http.ts';
import { eventually, freePort, type Running, startTypeScript } from './processes.ts';

const PROGRAM = fileURLToPath(new URL('./clickhouse-http.ts', import.meta.url));

/** A ClickHouse reached over HTTP, on a port that stays the same however often it is stopped and started. */
export class ClickHouseFront {
  readonly user = 'watch';
  readonly password = 'pa$$:wörd';
  readonly url: string;
  readonly #folder: string;
  readonly #tls: FrontOptions['tls'];
  #process: Running | undefined;

  private constructor(folder: string, port: number, tls: FrontOptions['tls']) {
    this.#folder = folder;
    this.#tls = tls;
    this.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  /** Makes its data folder; nothing listens yet. */
  static async create(tls?: FrontOptions['tls']): Promise<ClickHouseFront> {
    const folder = await mkdtemp(join(tmpdir(), 'bellwether-clickhouse-'));
    return new ClickHouseFront(folder, await freePort(), tls);
  }

  static async started(tls?: FrontOptions['tls']): Promise<ClickHouseFront> {
    const front = await ClickHouseFront.create(tls);
    await front.start();
    return front;
  }

  /** `storage.clickhouse` for it. */
  get config(): ClickHouseConfig {
    const { url, user: username, password } = this;
    return clickHouseSchema.parse({ url, username, password });
  }

  async start(): Promise<void> {
    const options: FrontOptions = {
      path: join(this.#folder, 'data'),
      port: Number(new URL(this.url).port),
      user: this.user,
      password: this.password,
      ...(this.#tls === undefined ? {} : { tls: this.#tls }),
    };
    this.#process = startTypeScript(PROGRAM, [JSON.stringify(options)]);
    await this.#says('port');
  }

  /** Changes what it answers, from the next query on. */
  async change(options: Partial<Pick<FrontOptions, 'password' | 'failWith'>>): Promise<void> {
    const before = this.#process!.output().length;
    this.#process!.child.stdin!.write(`${JSON.stringify(options)}\n`);
    await this.#says('changed', before);
  }

  /** Stops it in the middle of whatever it does, as a machine out of breath; `resume` lets it go on. */
  pause(): void {
    this.#process!.child.kill('SIGSTOP');
  }

  resume(): void {
    this.#process!.child.kill('SIGCONT');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#process?.kill(signal);
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #says(word: string, after = 0): Promise<void> {
    const { output, child } = this.#process!;
    await eventually('the ClickHouse front', async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output()}`);
      return output().slice(after).includes(word) ? true : undefined;
    });
  }
}
