import {
  ALL_LANGUAGE_FEATURES,
  arraySource,
  Engine,
  formatLabels,
  type Labels,
  type SeriesColumns,
} from '../src/index.ts';

/* Short ways to ask the engine in tests. */

const engine = new Engine({ features: ALL_LANGUAGE_FEATURES });

/** A series with a sample every 15 seconds from 0 on. */
export function every15s(labels: Labels, values: readonly number[]): SeriesColumns {
  return {
    labels,
    times: Float64Array.from(values, (_, i) => i * 15_000),
    values: Float64Array.from(values),
  };
}

/** A classic histogram at time 0: the counts of its buckets by their bounds as written. */
export function buckets(name: string, counts: Readonly<Record<string, number>>): SeriesColumns[] {
  return Object.entries(counts).map(([le, count]) =>
    every15s({ __name__: `${name}_bucket`, le }, [count]),
  );
}

/** The vector or scalar at a moment in seconds: values by labels as printed, `{}` for a scalar. */
export async function instant(
  series: readonly SeriesColumns[],
  query: string,
  seconds = 0,
): Promise<{ [labels: string]: number }> {
  const { value } = await engine.instant(arraySource(series), query, seconds * 1000);
  if (value.type === 'scalar') return { '{}': value.value };
  if (value.type !== 'vector') throw new Error(`a ${value.type} is no vector`);
  return Object.fromEntries(
    value.samples.map((sample) => [formatLabels(sample.labels), sample.value]),
  );
}

/** The values of the only series of a range query, whose times are in seconds. */
export async function range(
  series: readonly SeriesColumns[],
  query: string,
  [start, end, step]: readonly [start: number, end: number, step: number],
): Promise<number[]> {
  const times = { start: start * 1000, end: end * 1000, step: step * 1000 };
  const { value } = await engine.range(arraySource(series), query, times);
  if (value.type !== 'matrix' || value.series.length > 1) throw new Error('not one series');
  return [...(value.series[0]?.values ?? [])];
}

/** The warnings and infos that come with the answers from time 0 on, for a minute every 15 seconds. */
export async function notes(series: readonly SeriesColumns[], query: string): Promise<string[]> {
  const range = { start: 0, end: 60_000, step: 15_000 };
  const { warnings, infos } = await engine.range(arraySource(series), query, range);
  return [...warnings, ...infos];
}
