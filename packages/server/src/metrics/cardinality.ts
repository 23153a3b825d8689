import type { Millis } from '@bellwether/promql';
import type { SeriesExtent } from '../store/metrics/series-extent.ts';

/** A name and how many of something it has. */
interface Count {
  readonly name: string;
  readonly value: number;
}

/** What the recent series are made of, each list the largest first. Source: prometheus.io, "HTTP API", "TSDB Stats". */
export interface Cardinality {
  readonly series: number;
  /** Distinct pairs of a label and its value. */
  readonly labelPairs: number;
  /** Pieces the samples are kept in; undefined where the engine has none. */
  readonly chunks: number | undefined;
  /** Of the samples; undefined while there is none, and where the engine does not tell. */
  readonly time: { readonly min: Millis; readonly max: Millis } | undefined;
  readonly seriesByName: readonly Count[];
  readonly valuesByLabel: readonly Count[];
  /** Bytes of the distinct values of a label. */
  readonly bytesByLabel: readonly Count[];
  /** Under `label=value`. */
  readonly seriesByPair: readonly Count[];
}

/** Counts what series are made of. @param limit Entries of each list. */
export function cardinalityOf(all: readonly SeriesExtent[], limit: number): Cardinality {
  const labels = new Map<string, Map<string, number>>();
  let [min, max] = [Infinity, -Infinity];
  for (const { labels: own, first, last } of all) {
    min = Math.min(min, first);
    max = Math.max(max, last);
    for (const [name, value] of Object.entries(own)) {
      const values = labels.get(name) ?? new Map<string, number>();
      labels.set(name, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  const each = <T>(count: (name: string, values: ReadonlyMap<string, number>) => T): T[] =>
    [...labels].map(([name, values]) => count(name, values));
  const largest = (counts: readonly Count[]): Count[] =>
    counts.toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).slice(0, limit);
  const counted = (values: ReadonlyMap<string, number> | undefined, before = ''): Count[] =>
    [...(values ?? [])].map(([value, count]) => ({ name: before + value, value: count }));
  return {
    series: all.length,
    labelPairs: each((_, values) => values.size).reduce((sum, size) => sum + size, 0),
    chunks: undefined,
    time: all.length === 0 ? undefined : { min, max },
    seriesByName: largest(counted(labels.get('__name__'))),
    valuesByLabel: largest(each((name, values) => ({ name, value: values.size }))),
    bytesByLabel: largest(each((name, values) => ({ name, value: bytesOf(values.keys()) }))),
    seriesByPair: largest(each((name, values) => counted(values, `${name}=`)).flat()),
  };
}

function bytesOf(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}
