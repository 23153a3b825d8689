import type { Labels, SeriesColumns } from '@bellwether/promql';

/** Ten seconds between samples, as in Prometheus' own benchmark. */
export const INTERVAL_MS = 10_000;

/** The label sets of Prometheus' `BenchmarkRangeQuery`: 1, 10 and 100 counters and histograms. */
function labelSets(): Labels[] {
  const sets: Labels[] = [];
  const bounds = [...Array(10).keys()].map(String).concat('+Inf');
  const counters = (suffix: string, labels: Labels): void => {
    sets.push({ __name__: `a_${suffix}`, ...labels }, { __name__: `b_${suffix}`, ...labels });
    for (const le of bounds) sets.push({ __name__: `h_${suffix}`, ...labels, le });
  };
  counters('one', {});
  for (let i = 0; i < 10; i++) counters('ten', { l: String(i) });
  for (let i = 0; i < 100; i++) counters('hundred', { l: String(i) });
  return sets;
}

/** Counters over some hours up to `end`; each series has columns of its own, as a server would hold them. */
export function makeSeries(hours: number, end: number): SeriesColumns[] {
  const samples = (hours * 3_600_000) / INTERVAL_MS;
  const start = end - (samples - 1) * INTERVAL_MS;
  const sets = labelSets();
  return sets.map((labels, k) => {
    const times = new Float64Array(samples);
    const values = new Float64Array(samples);
    for (let i = 0; i < samples; i++) {
      times[i] = start + i * INTERVAL_MS;
      values[i] = i + k / sets.length;
    }
    return { labels, times, values };
  });
}
