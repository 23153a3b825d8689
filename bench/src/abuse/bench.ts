import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from '../ingest/receivers.ts';
import { quantile } from '../measure.ts';
import { finish } from '../processes.ts';
import { remoteWrite } from '../promql/remote-write.ts';
import type { Bench, ReportRow } from '../report.ts';
import { AbusedServer } from './abused-server.ts';
import { type Attack, type Ground, SERIES } from './attack.ts';
import { BY_PUSH } from './by-push.ts';
import { BY_QUERY } from './by-query.ts';
import { BY_SCRAPE } from './by-scrape.ts';
import type { Seen } from './bystander.ts';
import { Target } from './target.ts';

/** `ABUSE_ONLY=join npm run bench -- abuse` runs the attacks whose name has that word. */
const ONLY = process.env['ABUSE_ONLY'] ?? '';
const ATTACKS = [...BY_QUERY, ...BY_PUSH, ...BY_SCRAPE].filter(({ name }) => name.includes(ONLY));
const METRIC = 'ground';
const BYSTANDER = 'bystander_samples';
/** How long memory is given to come back after an attack. */
const REST_MS = 5000;

/** Is the server there for others while somebody attacks it, and does it lose nothing that it acknowledged? */
export const run: Bench = async () => {
  await build();
  const target = await Target.start();
  const server = await AbusedServer.start(target.address);
  const bystander = new Bystander(server.url);
  const rows: ReportRow[] = [];
  const notes: string[] = [];
  const acknowledged: number[] = [];
  const healthy: number[] = [];
  try {
    const ground: Ground = { url: server.url, target, metric: METRIC };
    await fill(server.url);
    await bystander.look();
    await pause(REST_MS);
    const quiet = await bystander.look();
    acknowledged.push(...quiet.acknowledged);
    rows.push(...figures('nothing', quiet, server));
    for (const attack of ATTACKS) {
      const { said, seen } = await under(attack, ground, server, bystander);
      acknowledged.push(...seen.acknowledged);
      healthy.push(...seen.healthy);
      rows.push(...figures(attack.name, seen, server));
      notes.push(`${attack.name}: ${said}`);
      if (!server.alive) throw new Error(`the server ended during: ${attack.name}`);
    }
    rows.push(
      { label: '/-/healthy over all attacks, p99', ours: quantile(healthy, 0.99), unit: 'ms' },
      { label: 'samples acknowledged', ours: acknowledged.length, unit: '' },
      {
        label: 'of these lost or doubled',
        ours: await lost(server.url, acknowledged),
        unit: '',
      },
    );
  } finally {
    await bystander.stop();
    await server.remove();
    target.stop();
  }
  return {
    name: 'abuse',
    against: '–',
    rows,
    notes: [
      `The built program with its own limits, ${SERIES.toLocaleString('en')} series in its head; /-/healthy is asked every 5 ms and a sample pushed every 20 ms by a process beside it.`,
      `Memory after: resident, ${REST_MS / 1000} s after the attack was over.`,
      ...notes,
    ],
  };
};

async function under(
  attack: Attack,
  ground: Ground,
  server: AbusedServer,
  bystander: Bystander,
): Promise<{ said: string; seen: Seen }> {
  process.stderr.write(`${attack.name} … `);
  await server.forgetPeak();
  await bystander.look();
  const began = performance.now();
  const said = await attack.run(ground).catch((error: Error) => `failed: ${error.message}`);
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1)} s: ${said}\n`);
  await pause(REST_MS);
  return { said, seen: await bystander.look() };
}

function figures(name: string, { healthy }: Seen, server: AbusedServer): ReportRow[] {
  const { now, peak } = server.memory();
  return [
    { label: `${name}: /-/healthy p99`, ours: quantile(healthy, 0.99), unit: 'ms' },
    { label: '  slowest', ours: Math.max(...healthy), unit: 'ms' },
    { label: '  peak memory', ours: peak, unit: 'MiB' },
    { label: '  memory after', ours: now, unit: 'MiB' },
  ];
}

/** Five minutes of samples for every series. */
async function fill(url: string): Promise<void> {
  const end = Date.now();
  const times = Float64Array.from({ length: 20 }, (_, i) => end - (19 - i) * 15_000);
  for (let from = 0; from < SERIES; from += 2000) {
    const series = Array.from({ length: 2000 }, (_, i) => ({
      labels: { __name__: METRIC, i: String(from + i) },
      times,
      values: Float64Array.from({ length: 20 }, (_, n) => n * (from + i)),
    }));
    await remoteWrite(`${url}/api/v1/write`, series, 0, 20);
  }
}

/** How many acknowledged samples are not there exactly once. */
async function lost(url: string, acknowledged: readonly number[]): Promise<number> {
  const params = new URLSearchParams({ query: `${BYSTANDER}[2h]` });
  const answer = (await (await fetch(`${url}/api/v1/query?${params}`)).json()) as {
    data: { result: { values: [number, string][] }[] };
  };
  const counts = new Map<number, number>();
  for (const [seconds] of answer.data.result.flatMap(({ values }) => values)) {
    const time = Math.round(seconds * 1000);
    counts.set(time, (counts.get(time) ?? 0) + 1);
  }
  return acknowledged.filter((time) => counts.get(time) !== 1).length;
}

/** The process that uses the server meanwhile. */
class Bystander {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(url: string) {
    const script = fileURLToPath(new URL('./bystander.ts', import.meta.url));
    this.#child = spawn(process.execPath, [...process.execArgv, script, url, BYSTANDER], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** What it saw since the last look. */
  async look(): Promise<Seen> {
    this.#child.stdin!.write('look\n');
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error('the bystander is gone');
    return JSON.parse(value) as Seen;
  }

  stop(): Promise<void> {
    return finish(this.#child);
  }
}
