import { arraySource, Engine } from '@bellwether/promql';
import { median } from '../measure.ts';
import type { ReportRow } from '../report.ts';
import { makeSeries } from './data.ts';

const ROUNDS = 9;
const HOURS = 6;

/** Nanoseconds a sample inside of the engine, and what twice the steps cost. */
export async function inProcess(): Promise<ReportRow[]> {
  const end = HOURS * 3_600_000;
  const source = arraySource(
    makeSeries(HOURS, end).filter((series) => series.labels['__name__'] === 'a_hundred'),
  );
  const engine = new Engine();
  const time = async (query: string, step: number): Promise<{ ms: number; samples: number }> => {
    const times: number[] = [];
    let samples = 0;
    for (let round = 0; round < ROUNDS + 3; round++) {
      const { stats } = await engine.range(source, query, { start: 3_600_000, end, step });
      if (round >= 3) times.push(stats.elapsedMs);
      samples = stats.samplesRead;
    }
    return { ms: median(times), samples };
  };
  const rows: ReportRow[] = [];
  for (const query of ['sum(rate(a_hundred[5m]))', 'sum(sum_over_time(a_hundred[1h]))']) {
    const { ms, samples } = await time(query, 60_000);
    rows.push({ label: `in process: ${query}`, unit: 'ns/sample', ours: (ms * 1e6) / samples });
  }
  const once = await time('rate(a_hundred[5m])', 20_000);
  const twice = await time('rate(a_hundred[5m])', 10_000);
  rows.push({
    label: 'in process: rate, twice the steps',
    unit: 'times the time',
    ours: twice.ms / once.ms,
  });
  return rows;
}
