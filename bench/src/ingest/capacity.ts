import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, ReportRow } from '../report.ts';
import { STEP_MS } from './payload.ts';
import { build, type Product, Receiver } from './receivers.ts';

const SERIES = Number(process.env['BENCH_SERIES'] ?? 100_000);
const SAMPLES = Number(process.env['BENCH_SAMPLES'] ?? 480);
const SETTLE_MS = 30_000;

interface Figures {
  readonly restMiB: number;
  readonly peakMiB: number;
  readonly restartedMiB: number;
  readonly restartMs: number;
  readonly rateMs: number;
  readonly labelsMs: number;
}

/** What a hundred thousand series with two hours of samples take in memory, and how long a restart with them lasts. */
export const run: Bench = async () => {
  await build();
  const end = Math.floor(Date.now() / STEP_MS) * STEP_MS;
  const ours = await measure('Bellwether', end);
  if (ours === undefined) throw new Error('our server cannot be started');
  const theirs = await measure('Prometheus', end);
  const compare = (label: string, unit: string, of: (figures: Figures) => number): ReportRow => ({
    label,
    unit,
    ours: of(ours),
    ...(theirs === undefined ? {} : { theirs: of(theirs), ratio: of(ours) / of(theirs) }),
  });
  return {
    name: 'capacity',
    against: 'Prometheus',
    rows: [
      compare('memory when filled', 'MiB', (one) => one.restMiB),
      compare('peak memory while filling', 'MiB', (one) => one.peakMiB),
      compare('memory after a restart', 'MiB', (one) => one.restartedMiB),
      compare('restart until ready', 's', (one) => one.restartMs / 1000),
      compare('sum of rate[5m] over all series', 'ms', (one) => one.rateMs),
      compare('label names of the last hour', 'ms', (one) => one.labelsMs),
    ],
    notes: [
      `${SERIES} series of ten labels with ${SAMPLES} samples each, ${STEP_MS / 1000} s apart, sent by remote write; resident memory ${SETTLE_MS / 1000} s after the last sample.`,
      'Both were stopped by SIGTERM and asked after the restart how many samples they have, and had all.',
      'Our resident memory includes the pages of the ClickHouse library that are mapped from its file, about 220 MiB.',
      'Questions are asked before the stop, after memory was read: medians of five.',
      'BENCH_SERIES and BENCH_SAMPLES change the load.',
    ],
  };
};

async function measure(product: Product, end: number): Promise<Figures | undefined> {
  const receiver = await Receiver.start(product);
  if (receiver === undefined) return undefined;
  try {
    const { samples, ms } = await receiver.take({
      series: SERIES,
      rounds: SAMPLES,
      samplesPerRequest: 2000,
      connections: 8,
      end,
      prepared: false,
    });
    process.stderr.write(`${product} took ${samples} samples in ${Math.round(ms / 1000)} s\n`);
    await pause(SETTLE_MS);
    const { now: restMiB, peak: peakMiB } = receiver.memory;
    const at = String(end / 1000);
    const query = 'sum(rate({job="kubernetes-pods"}[5m]))';
    const rateMs = await receiver.timed('query', { query, time: at });
    const hour = { start: String(end / 1000 - 3600), end: at };
    const labelsMs = await receiver.timed('labels', hour);
    await receiver.stop();
    const restartMs = (await receiver.start())!;
    const restartedMiB = receiver.memory.now;
    const count = await receiver.count(end, SAMPLES * STEP_MS);
    if (count !== samples) throw new Error(`${product} took ${samples} samples and has ${count}`);
    return { restMiB, peakMiB, restartedMiB, restartMs, rateMs, labelsMs };
  } finally {
    await receiver.remove();
  }
}
