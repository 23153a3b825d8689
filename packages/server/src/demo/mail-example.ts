import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BellwetherError } from '../errors.ts';

/** The example's folder in this repository; it is not part of the published package. */
const EXAMPLE = fileURLToPath(new URL('../../../../examples/mail', import.meta.url));

export const DEMO_RULE_FILES = [
  `${EXAMPLE}/rules/prometheus_rules.yml`,
  `${EXAMPLE}/rules/demo.yml`,
];

/** The mail service and, later, its traffic: processes of their own, spoken to over HTTP. */
export class MailExample {
  readonly address: string;
  readonly #children: ChildProcess[];

  private constructor(address: string, service: ChildProcess) {
    this.address = address;
    this.#children = [service];
  }

  /** Starts the service; the first start trains its model. @throws BellwetherError `BW_DEMO_UNAVAILABLE`. */
  static async start(options: {
    cache?: string;
    onTraining: (line: string) => void;
  }): Promise<MailExample> {
    const args = [
      '--port',
      '0',
      '--demo',
      '--tethered',
      ...(options.cache === undefined ? [] : ['--cache', options.cache]),
    ];
    const service = run('main', args);
    const exit = once(service, 'exit').then(([code]) => {
      throw unavailable(`the mail service ended with exit code ${code}`);
    });
    createInterface({ input: service.stderr! }).on('line', options.onTraining);
    const ready = (async () => {
      for await (const line of createInterface({ input: service.stdout! })) {
        if (!line.startsWith('{')) continue;
        const { listening } = JSON.parse(line) as { listening?: number };
        if (listening !== undefined) return new MailExample(`127.0.0.1:${listening}`, service);
      }
      throw unavailable('the mail service said no port');
    })();
    exit.catch(() => undefined);
    return Promise.race([ready, exit]);
  }

  /** The past as a stream of texts, computed now by the real model. */
  async replay(
    from: number,
    to: number,
    step: number,
    hardFrom: number,
  ): Promise<AsyncIterable<Uint8Array>> {
    const query = new URLSearchParams(
      Object.entries({ from, to, step, hardFrom }).map(([name, ms]): [string, string] => [
        name,
        String(Math.round(ms)),
      ]),
    );
    const response = await fetch(`http://${this.address}/replay?${query}`);
    if (!response.ok || response.body === null)
      throw unavailable(
        `the mail service does not replay: ${response.status} ${await response.text()}`,
      );
    return response.body;
  }

  /** Live traffic: the plan of the replayed day goes on where the replay ended. */
  startTraffic(from: number, hardFrom: number): void {
    const traffic = run('traffic', [
      '--tethered',
      ...['--target', `http://${this.address}`],
      ...['--from', String(from)],
      ...['--hard-from', String(hardFrom)],
    ]);
    traffic.stdout?.resume();
    traffic.stderr?.resume();
    this.#children.push(traffic);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.reverse().map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }),
    );
  }
}

function run(entry: string, args: readonly string[]): ChildProcess {
  const built = `${EXAMPLE}/dist/${entry}.js`;
  const source = `${EXAMPLE}/src/${entry}.ts`;
  const live = import.meta.url.endsWith('.ts');
  if (!existsSync(live ? source : built))
    throw unavailable(`${live ? source : built} is not there`);
  const child = spawn(process.execPath, [...process.execArgv, live ? source : built, ...args], {
    // The example ends when this pipe closes, so it outlives us not even when we are killed without a chance to stop it.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return child;
}

function unavailable(what: string): BellwetherError {
  return new BellwetherError(
    'BW_DEMO_UNAVAILABLE',
    `the demo cannot run: ${what}`,
    'The demo needs a checkout of the whole repository, built: run `npm start` there.',
  );
}
