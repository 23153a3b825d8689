import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { VectorSample } from '@bellwether/promql';
import { configFrom, createLogger, openServer, type RunningServer } from '@bellwether/server';
import { median } from '../measure.ts';
import { type Bench, row } from '../report.ts';

const SERIES = 50;
const DAYS = Number(process.env['BENCH_DAYS'] ?? 30);
const SCRAPE_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROUNDS = 3;

const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

interface Shape {
  readonly label: string;
  /** The numbers of the answer, in order. */
  readonly ask: (server: RunningServer) => Promise<number[]>;
}

const SHAPES: readonly Shape[] = [
  {
    label: `sum(rate(x_total[1h])), ${DAYS} d, step 1 h`,
    async ask({ source }) {
      const range = { start: end - DAYS * DAY_MS + HOUR_MS, end, step: HOUR_MS };
      const { value } = await source.range('sum(rate(x_total[1h]))', range);
      return value.type === 'matrix' ? value.series.flatMap(({ values }) => [...values]) : [];
    },
  },
  {
    label: `avg_over_time(up[${DAYS}d]), now`,
    async ask({ source }) {
      const { value } = await source.instant(`avg_over_time(up{job="bench"}[${DAYS}d])`, end);
      if (value.type !== 'vector') return [];
      const instance = ({ labels }: VectorSample): number => Number(labels['instance']);
      return [...value.samples]
        .sort((a, b) => instance(a) - instance(b))
        .map((sample) => sample.value);
    },
  },
];

/** How much sooner is a question over thirty days answered from rollups than from samples, and is it the same answer? */
export const run: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-bench-rollups-'));
  const server = await openServer({
    ...configFrom({
      server: { listen: '127.0.0.1:0' },
      storage: { path: folder, retention: `${DAYS + 10}d` },
      global: { scrape_interval: '1h' },
    }),
    log: createLogger({ level: 'error' }),
  });
  try {
    const samples = await fill(server);
    const raw = await measure(server);
    const began = performance.now();
    await server.start();
    await rolledUp(server);
    const seconds = (performance.now() - began) / 1000;
    const rolled = await measure(server);
    return {
      name: 'rollups',
      against: 'samples',
      rows: SHAPES.map(({ label }, i) => row(label, 'ms', rolled[i]!.ms, raw[i]!.ms)),
      notes: [
        `${samples} samples: ${SERIES / 2} counters and ${SERIES / 2} series of up, every ${SCRAPE_MS / 1000} s.`,
        `The median of ${ROUNDS} rounds through the port that the API asks, first before anything was rolled up.`,
        `All was rolled up ${seconds.toFixed(0)} s after the start, at the first look, which is after a minute.`,
        `Largest relative difference of two answers: ${difference(raw, rolled).toExponential(1)}.`,
      ],
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Counters with a reset now and then, and targets that are away now and then. */
async function fill({ store }: RunningServer): Promise<number> {
  const targets = Array.from({ length: SERIES / 2 }, (_, i) => ({
    counter: { __name__: 'x_total', instance: String(i) },
    up: { __name__: 'up', job: 'bench', instance: String(i) },
    value: 0,
  }));
  let samples = 0;
  for (let day = end - DAYS * DAY_MS; day < end; day += DAY_MS) {
    const rows = [];
    for (let time = day + SCRAPE_MS; time <= day + DAY_MS; time += SCRAPE_MS)
      for (const [i, target] of targets.entries()) {
        const n = time / SCRAPE_MS + i * 97;
        target.value = n % 9973 === 0 ? 0 : target.value + (n % 7);
        rows.push({ labels: target.counter, time, value: target.value });
        rows.push({ labels: target.up, time, value: n % 211 === 0 ? 0 : 1 });
      }
    await store.backfill(rows);
    samples += rows.length;
  }
  return samples;
}

interface Measured {
  readonly ms: number;
  readonly answer: readonly number[];
}

async function measure(server: RunningServer): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const { ask } of SHAPES) {
    const times: number[] = [];
    let answer: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      answer = await ask(server);
      times.push(performance.now() - began);
    }
    measured.push({ ms: median(times), answer });
  }
  return measured;
}

/** Waits until the server says that no hour waits. */
async function rolledUp({ url }: RunningServer): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^bellwether_rollups_hours_behind 0$/m.test(text)) return;
    await pause(1000);
  }
}

function difference(raw: readonly Measured[], rolled: readonly Measured[]): number {
  const apart = raw.flatMap(({ answer }, i) =>
    answer.map((value, k) => {
      const other = rolled[i]!.answer[k] ?? Number.NaN;
      return value === other ? 0 : Math.abs(other - value) / Math.abs(value);
    }),
  );
  return apart.length === 0 ? Number.NaN : Math.max(...apart);
}
