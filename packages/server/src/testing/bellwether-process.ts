import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compressSync } from 'snappy';
import { encodeV1 } from './encode.ts';
import { eventually, freePort, type Running, startCli } from './processes.ts';
import { PrometheusClient } from './prometheus-client.ts';

/** `bellwether serve` with a configuration of its own, at an address that stays the same over restarts. */
export class BellwetherProcess {
  readonly url: string;
  readonly api: PrometheusClient;
  readonly #folder: string;
  readonly #config: string;
  #process: Running | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#config = join(folder, 'bellwether.yaml');
    this.url = `http://127.0.0.1:${port}`;
    this.api = new PrometheusClient(this.url);
  }

  /** @param yaml Everything of the configuration but `server`. */
  static async create(yaml: string): Promise<BellwetherProcess> {
    const made = new BellwetherProcess(
      await mkdtemp(join(tmpdir(), 'bellwether-process-')),
      await freePort(),
    );
    await made.configure(yaml);
    return made;
  }

  /** Writes another configuration, for the next start. */
  async configure(yaml: string): Promise<void> {
    await writeFile(
      this.#config,
      `server: { listen: '${new URL(this.url).host}' }\nglobal: { scrape_interval: 1s, scrape_timeout: 1s }\n${yaml}`,
    );
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.untilReady();
  }

  /** Starts it, whatever becomes of it. */
  launch(env: NodeJS.ProcessEnv = {}): void {
    this.#process = startCli(['serve', '-c', this.#config], env);
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#process?.kill(signal);
  }

  /** Sends a signal that it lives on after. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.child.kill(signal);
  }

  async remove(): Promise<void> {
    await this.kill('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  get output(): string {
    return this.#process?.output() ?? '';
  }

  get running(): boolean {
    return this.#process?.child.exitCode === null && this.#process.child.signalCode === null;
  }

  /** The signal that ended it; null where it ended by itself or goes on. */
  get endedBy(): NodeJS.Signals | null {
    return this.#process?.child.signalCode ?? null;
  }

  /** Waits until it has ended by itself: its exit code. */
  async ended(): Promise<number | null> {
    const { child } = this.#process!;
    if (this.running) await once(child, 'close');
    return child.exitCode;
  }

  async untilReady(): Promise<void> {
    await eventually('it to be ready', async () => {
      if (!this.running) throw new Error(`it ended: ${this.output}`);
      return (await this.#get('/-/ready')).status === 200 ? true : undefined;
    });
  }

  /** Waits until it says on `/-/ready` that it is not, with words that match. */
  async untilNotReady(why: RegExp): Promise<string> {
    return eventually(`it to say ${why}`, async () => {
      const { status, text } = await this.#get('/-/ready');
      if (status !== 503 || !why.test(text)) throw new Error(`${status} ${text}`);
      return text;
    });
  }

  async healthy(): Promise<boolean> {
    return (await this.#get('/-/healthy')).status === 200;
  }

  /** The value of a series on its own `/metrics`, named with its labels; undefined where there is none. */
  async metric(series: string): Promise<number | undefined> {
    const { text } = await this.#get('/metrics');
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  /** Sends samples by remote write: how it was answered. */
  async write(
    name: string,
    samples: readonly (readonly [number, number])[],
  ): Promise<{ status: number; retryAfter: string | null; text: string }> {
    const body = encodeV1([{ labels: [['__name__', name]], samples }]);
    const response = await fetch(`${this.url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: new Uint8Array(compressSync(body)),
    });
    const { status, headers } = response;
    return { status, retryAfter: headers.get('retry-after'), text: await response.text() };
  }

  /** All samples of a series of the last hours, as [milliseconds, value]. */
  async samples(name: string, hours = 2): Promise<[number, number][]> {
    const data = await this.api.get<{ result: { values: [number, string][] }[] }>('query', {
      query: `${name}[${hours}h]`,
    });
    return data.result.flatMap(({ values }) =>
      values.map(([at, value]): [number, number] => [Math.round(at * 1000), Number(value)]),
    );
  }

  async #get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text() };
  }
}

/** Sends one numbered sample after the other, each again until it is acknowledged, as real senders do. */
export class PatientSender {
  /** What was acknowledged, as [milliseconds, value]. */
  readonly acknowledged: [number, number][] = [];
  /** How requests were answered that were not taken: status and Retry-After. */
  readonly refusals = new Set<string>();
  readonly #to: BellwetherProcess;
  readonly #name: string;
  #over = false;
  #running: Promise<void> | undefined;

  constructor(to: BellwetherProcess, name: string) {
    this.#to = to;
    this.#name = name;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let n = 0; !this.#over; n++) {
      const sample: [number, number] = [Date.now(), n];
      if (await this.#send(sample)) this.acknowledged.push(sample);
      await pause(20);
    }
  }

  async #send(sample: [number, number]): Promise<boolean> {
    while (!this.#over) {
      const answer = await this.#to.write(this.#name, [sample]).catch(() => undefined);
      if (answer?.status === 204) return true;
      if (answer !== undefined) this.refusals.add(`${answer.status} ${answer.retryAfter}`);
      await pause(100);
    }
    return false;
  }
}
