import { median } from '../measure.ts';
import type { Bench, ReportRow } from '../report.ts';
import { STEP_MS } from './payload.ts';
import { build, type Product, Receiver } from './receivers.ts';

const SERIES = Number(process.env['BENCH_SERIES'] ?? 10_000);
const SAMPLES = Number(process.env['BENCH_SAMPLES'] ?? 300);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const PRODUCTS: readonly Product[] = ['Bellwether', 'Prometheus', 'VictoriaMetrics'];

interface Figures {
  readonly samplesPerSecond: number;
  readonly cpuMicrosPerSample: number;
  readonly peakMiB: number;
}

/** The same remote write requests to us, to a Prometheus and to a VictoriaMetrics, one after the other, in turns. */
export const run: Bench = async () => {
  await build();
  const measured = new Map<Product, Figures[]>(PRODUCTS.map((product) => [product, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (let turn = 0; turn < PRODUCTS.length; turn++) {
      const product = PRODUCTS[(round + turn) % PRODUCTS.length]!;
      const figures = await measure(product);
      if (figures !== undefined) measured.get(product)!.push(figures);
      process.stderr.write(
        `round ${round + 1} of ${ROUNDS}: ${product} ${figures === undefined ? 'is not installed' : `${Math.round(figures.samplesPerSecond / 1000)} thousand samples/s`}\n`,
      );
    }
  const ours = measured.get('Bellwether')!;
  const rows: ReportRow[] = [];
  for (const other of PRODUCTS.slice(1)) {
    const theirs = measured.get(other)!;
    const compare = (what: string, unit: string, of: (figures: Figures) => number): void => {
      const [a, b] = [median(ours.map(of)), median(theirs.map(of))];
      const known = theirs.length > 0;
      const label = `${what}, against ${other}`;
      rows.push({ label, unit, ours: a, ...(known ? { theirs: b, ratio: a / b } : {}) });
    };
    compare('time for a million samples', 's', (one) => 1e6 / one.samplesPerSecond);
    compare('samples per second', '1/s', (one) => one.samplesPerSecond);
    compare('CPU a sample', 'µs', (one) => one.cpuMicrosPerSample);
    compare('peak memory', 'MiB', (one) => one.peakMiB);
  }
  return {
    name: 'ingest',
    against: 'theirs',
    rows,
    notes: [
      `${SERIES} series of ten labels, ${SAMPLES} samples each, one sample of a series a request, 2,000 samples a request, 8 connections; made before the clock starts, sent by a process of its own on the same cores.`,
      'We answer once ClickHouse has committed; Prometheus once its log is written, not synced; VictoriaMetrics once the samples are in memory.',
      `Every product was asked afterwards how many samples it has, and had all. Medians of ${ROUNDS} rounds, each with an empty data folder. BENCH_SERIES, BENCH_SAMPLES and BENCH_ROUNDS change the load.`,
    ],
  };
};

async function measure(product: Product): Promise<Figures | undefined> {
  const receiver = await Receiver.start(product);
  if (receiver === undefined) return undefined;
  try {
    const end = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    const load = {
      series: SERIES,
      rounds: SAMPLES,
      samplesPerRequest: 2000,
      connections: 8,
      end,
      prepared: true,
    };
    const cpu = receiver.cpuSeconds;
    const sent = await receiver.take(load);
    const used = receiver.cpuSeconds - cpu;
    const { peak } = receiver.memory;
    await arrived(receiver, sent.samples, end);
    return {
      samplesPerSecond: (sent.samples / sent.ms) * 1000,
      cpuMicrosPerSample: (used * 1e6) / sent.samples,
      peakMiB: peak,
    };
  } finally {
    await receiver.remove();
  }
}

/** VictoriaMetrics shows samples a second or more after it took them. */
async function arrived(receiver: Receiver, samples: number, end: number): Promise<void> {
  let count = 0;
  for (let attempt = 0; attempt < 60; attempt++) {
    count = await receiver.count(end, SAMPLES * STEP_MS);
    if (count === samples) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${receiver.product} took ${samples} samples and has ${count}`);
}
