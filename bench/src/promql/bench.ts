import { median } from '../measure.ts';
import type { Report, ReportRow } from '../report.ts';
import { inProcess } from './in-process.ts';
import { type Server, startOurs, startPrometheus } from './servers.ts';
import { SHAPES, type Shape } from './shapes.ts';

const HOURS = Number(process.env['BENCH_HOURS'] ?? 30);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);

/** `npm run bench -- promql`: Prometheus and us, side by side over HTTP, shape by shape. */
export async function run(): Promise<Report> {
  const end = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const local = await inProcess();
  const prometheus = await startPrometheus(HOURS, end);
  if (prometheus === undefined) {
    return {
      name: 'promql',
      against: 'Prometheus',
      rows: local,
      notes: ['Not compared: no `prometheus` on the path (Debian: apt-get install prometheus).'],
    };
  }
  try {
    const ours = await startOurs(HOURS, end);
    try {
      return await compare(ours, prometheus, end, local);
    } finally {
      await ours.stop();
    }
  } finally {
    await prometheus.stop();
  }
}

async function compare(
  ours: Server,
  theirs: Server,
  end: number,
  local: readonly ReportRow[],
): Promise<Report> {
  const rows: ReportRow[] = [];
  for (const shape of SHAPES) rows.push(await compareShape(shape, ours, theirs, end));
  const ratios = rows.map((row) => row.ratio!);
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const slower = rows.filter((row) => row.ratio! > 1).map((row) => row.label);
  const build = (await (await fetch(`${theirs.url}/api/v1/status/buildinfo`)).json()) as {
    data: { version: string };
  };
  return {
    name: 'promql',
    against: `Prometheus ${build.data.version}`,
    rows: [
      ...rows,
      { label: 'geometric mean', unit: 'ratio', ours: mean, theirs: 1, ratio: mean },
      ...local,
    ],
    notes: [
      `${HOURS} hours of 1,443 counter and histogram series, a sample every 10 s, in both.`,
      `Medians of ${ROUNDS} interleaved rounds over HTTP on one machine, the answer read to its end.`,
      `Faster by ${(1 / mean).toFixed(2)} in the geometric mean.`,
      slower.length === 0 ? 'No shape is slower.' : `Slower: ${slower.join(' · ')}`,
    ],
  };
}

async function compareShape(
  shape: Shape,
  ours: Server,
  theirs: Server,
  end: number,
): Promise<ReportRow> {
  const path = pathOf(shape, end);
  const label = `${shape.expression}${shape.steps === undefined ? '' : ` · ${shape.steps} steps`}`;
  // The first answers warm both up, and have to hold as many series.
  const [a, b] = [await ask(ours, path), await ask(theirs, path)];
  if (a.series !== b.series) throw new Error(`${label}: ${a.series} series, not ${b.series}`);
  for (let i = 0; i < 2; i++) await ask(ours, path);
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push((await ask(ours, path)).ms);
    times.theirs.push((await ask(theirs, path)).ms);
  }
  const [mine, others] = [median(times.ours), median(times.theirs)];
  return { label, unit: 'ms', ours: mine, theirs: others, ratio: mine / others };
}

function pathOf(shape: Shape, end: number): string {
  const query = encodeURIComponent(shape.expression);
  if (shape.steps === undefined) return `/api/v1/query?query=${query}&time=${end / 1000}`;
  const start = end / 1000 - (shape.steps - 1) * 10;
  return `/api/v1/query_range?query=${query}&start=${start}&end=${end / 1000}&step=10`;
}

async function ask(server: Server, path: string): Promise<{ ms: number; series: number }> {
  const started = performance.now();
  const response = await fetch(server.url + path);
  const text = await response.text();
  const ms = performance.now() - started;
  if (!response.ok) throw new Error(`${path}: ${text.slice(0, 300)}`);
  return { ms, series: text.split('"metric":').length - 1 };
}
