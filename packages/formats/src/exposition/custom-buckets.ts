import { type FloatHistogram, labelsKey } from '@bellwether/promql';
import { type Steps, toEnd } from '../bytes/steps.ts';
import { ownText } from '../bytes/text.ts';
import { customHistogram } from '../metrics/custom-histogram.ts';
import { histogramProblem } from '../metrics/histogram-problem.ts';
import { type Exposition, emptyExposition } from './exposition.ts';
import { parseSampleValue } from './sample-value.ts';
import { labelsText, parseSeriesText, seriesText } from './series-text.ts';

/** Rows that are looked at in a step. */
const STEP = 64;

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

/** What became of a histogram's rows. */
interface Converted extends Gathered {
  readonly native: FloatHistogram;
  /** Its row, once it has one. */
  row: number | undefined;
}

/**
 * Turns classic histograms into native ones with custom buckets, as `convert_classic_histograms_to_nhcb` asks. What is not
 * declared a histogram, has a native one beside it or cannot be one stays as it is.
 * Source: prometheus.io, "Configuration", `<scrape_config>`, and "Native Histograms", "Custom buckets".
 */
export class CustomBuckets {
  readonly #classicToo: boolean;
  /** By the text of the series; null: it is of no histogram. `seen` is the scrape that last had it. */
  readonly #parts = new Map<string, { readonly part: Part | null; seen: number }>();
  #scrape = 0;

  /** @param classicToo Whether classic series are kept beside the native ones. */
  constructor(classicToo: boolean) {
    this.#classicToo = classicToo;
  }

  convert(from: Exposition): Exposition {
    return toEnd(this.steps(from));
  }

  /** The same in steps. */
  *steps(from: Exposition): Steps<Exposition> {
    const owners = new Map<number, Converted>();
    for (const one of yield* this.#gather(from)) {
      yield;
      const native = nativeOf(one);
      if (native === undefined) continue;
      const converted: Converted = { ...one, native, row: undefined };
      for (const row of one.rows) owners.set(row, converted);
    }
    if (owners.size === 0) return from;
    const out: Exposition = { ...emptyExposition(), metadata: from.metadata };
    const push = (text: string, value: number, time: number): number => {
      out.values.push(value);
      out.times.push(time);
      return out.series.push(text) - 1;
    };
    /** Where a row has gone. */
    const places: number[][] = [];
    for (let row = 0; row < from.series.length; row++) {
      if (row % STEP === 0) yield;
      const own: number[] = [];
      const owner = owners.get(row);
      if (owner !== undefined) {
        owner.row ??= push(owner.text, Number.NaN, owner.time);
        out.histograms.set(owner.row, owner.native);
        own.push(owner.row);
      }
      if (owner === undefined || this.#classicToo) {
        const at = push(from.series[row]!, from.values[row]!, from.times[row]!);
        const histogram = from.histograms.get(row);
        if (histogram !== undefined) out.histograms.set(at, histogram);
        own.push(at);
      }
      places.push(own);
    }
    for (const exemplar of from.exemplars)
      for (const row of places[exemplar.row]!) out.exemplars.push({ ...exemplar, row });
    return out;
  }

  *#gather(from: Exposition): Steps<Iterable<Gathered>> {
    const found = new Map<string, Gathered>();
    this.#scrape++;
    for (const [row, text] of from.series.entries()) {
      if (row % STEP === 0) yield;
      if (from.histograms.has(row)) continue;
      const part = this.#part(text);
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
    for (const [text, { seen }] of this.#parts) if (seen !== this.#scrape) this.#parts.delete(text);
    for (const row of from.histograms.keys())
      found.delete(labelsKey(parseSeriesText(from.series[row]!)));
    return found.values();
  }

  #part(text: string): Part | null {
    const known = this.#parts.get(text);
    if (known !== undefined) {
      known.seen = this.#scrape;
      return known.part;
    }
    const part = partOf(text);
    // The text is a piece of all that was scraped, which must not be kept for it.
    this.#parts.set(ownText(text), { part, seen: this.#scrape });
    return part;
  }
}

function partOf(text: string): Part | null {
  const { __name__: name = '', le = '', ...rest } = parseSeriesText(text);
  const [, metric, suffix] = /^(.+)_(bucket|sum|count)$/s.exec(name) ?? [];
  if (metric === undefined || (suffix === 'bucket') !== (le !== '')) return null;
  const bound = le === '' ? undefined : parseSampleValue(le);
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
