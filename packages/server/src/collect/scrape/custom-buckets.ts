import { type FloatHistogram, labelsKey } from '@bellwether/promql';
import { customHistogram } from '../wire/custom-histogram.ts';
import { histogramProblem } from '../wire/histogram-problem.ts';
import type { Exposition } from './exposition.ts';
import { parseSampleValue } from './sample-value.ts';
import { labelsText, parseSeriesText, seriesText } from './series-text.ts';

/** A row that may be of a classic histogram. */
interface Part {
  /** The metric it is of. */
  readonly metric: string;
  /** The same for all rows of one histogram. */
  readonly key: string;
  /** The series of the histogram as a whole. */
  readonly text: string;
  /** What the row says; of a bucket its upper bound. */
  readonly says: 'sum' | 'count' | number;
}

/** What the rows of one histogram say. */
interface Gathered {
  readonly text: string;
  readonly time: number;
  readonly buckets: { readonly bound: number; readonly count: number }[];
  readonly rows: number[];
  sum: number;
  count: number | undefined;
}

/**
 * Turns classic histograms into native ones with custom buckets, as `convert_classic_histograms_to_nhcb` asks. What is not
 * declared a histogram, has a native one beside it or cannot be one stays as it is.
 * Source: prometheus.io, "Configuration", `<scrape_config>`, and "Native Histograms", "Custom buckets".
 */
export class CustomBuckets {
  readonly #classicToo: boolean;
  /** By the text of the series; null: it is of no histogram. */
  #parts = new Map<string, Part | null>();

  /** @param classicToo Whether classic series are kept beside the native ones. */
  constructor(classicToo: boolean) {
    this.#classicToo = classicToo;
  }

  convert(from: Exposition): Exposition {
    const natives = this.#gather(from);
    /** The histogram that a row belongs to. */
    const owners = new Map<number, FloatHistogram>();
    const gathered = new Map<FloatHistogram, Gathered>();
    for (const one of natives) {
      const native = nativeOf(one);
      if (native === undefined) continue;
      gathered.set(native, one);
      for (const row of one.rows) owners.set(row, native);
    }
    if (owners.size === 0) return from;
    const out: Exposition = {
      series: [],
      values: [],
      histograms: new Map(),
      times: [],
      metadata: from.metadata,
      exemplars: [],
    };
    const places = new Map<number, number[]>();
    const nativeRows = new Map<FloatHistogram, number>();
    for (let row = 0; row < from.series.length; row++) {
      const own: number[] = [];
      const native = owners.get(row);
      if (native !== undefined) {
        let at = nativeRows.get(native);
        if (at === undefined) {
          const { text, time } = gathered.get(native)!;
          at = out.series.push(text) - 1;
          out.values.push(Number.NaN);
          out.times.push(time);
          out.histograms.set(at, native);
          nativeRows.set(native, at);
        }
        own.push(at);
      }
      if (native === undefined || this.#classicToo) {
        const at = out.series.push(from.series[row]!) - 1;
        out.values.push(from.values[row]!);
        out.times.push(from.times[row]!);
        const histogram = from.histograms.get(row);
        if (histogram !== undefined) out.histograms.set(at, histogram);
        own.push(at);
      }
      places.set(row, own);
    }
    for (const exemplar of from.exemplars)
      for (const row of places.get(exemplar.row)!) out.exemplars.push({ ...exemplar, row });
    return out;
  }

  #gather(from: Exposition): Iterable<Gathered> {
    const found = new Map<string, Gathered>();
    const seen = new Map<string, Part | null>();
    for (const [row, text] of from.series.entries()) {
      if (from.histograms.has(row)) continue;
      const part = this.#parts.get(text) ?? partOf(text);
      seen.set(text, part);
      if (part === null || from.metadata.get(part.metric)?.type !== 'histogram') continue;
      let one = found.get(part.key);
      if (one === undefined) {
        const time = from.times[row]!;
        one = { text: part.text, time, buckets: [], rows: [], sum: 0, count: undefined };
        found.set(part.key, one);
      }
      one.rows.push(row);
      const value = from.values[row]!;
      if (part.says === 'sum') one.sum = value;
      else if (part.says === 'count') one.count = value;
      else one.buckets.push({ bound: part.says, count: value });
    }
    this.#parts = seen;
    for (const row of from.histograms.keys())
      found.delete(labelsKey(parseSeriesText(from.series[row]!)));
    return found.values();
  }
}

function partOf(text: string): Part | null {
  const { __name__: name = '', le, ...rest } = parseSeriesText(text);
  const [, metric, suffix] = /^(.+)_(bucket|sum|count)$/s.exec(name) ?? [];
  if (metric === undefined || (suffix === 'bucket') !== (le !== undefined)) return null;
  const bound = le === undefined ? undefined : parseSampleValue(le);
  if (suffix === 'bucket' && (bound === undefined || Number.isNaN(bound))) return null;
  const pairs = Object.entries(rest).flat();
  return {
    metric,
    key: labelsKey({ ...rest, __name__: metric }),
    text: seriesText(metric, labelsText(pairs)),
    says: bound ?? (suffix as 'sum' | 'count'),
  };
}

/** The histogram as a native one; undefined where it is not one. */
function nativeOf({ buckets, sum, count }: Gathered): FloatHistogram | undefined {
  const sorted = buckets.toSorted((a, b) => a.bound - b.bound);
  const total = count ?? sorted.at(-1)?.count;
  if (total === undefined) return undefined;
  if (sorted.at(-1)?.bound !== Infinity) sorted.push({ bound: Infinity, count: total });
  const counts = sorted.map((bucket, i) => bucket.count - (sorted[i - 1]?.count ?? 0));
  const bounds = sorted.slice(0, -1).map(({ bound }) => bound);
  const native = customHistogram({ bounds, counts, count: total, sum });
  if (counts.some((each) => !(each >= 0))) return undefined;
  return histogramProblem(
    native,
    sorted.every(({ count: c }) => Number.isInteger(c)),
  ) === undefined
    ? native
    : undefined;
}
