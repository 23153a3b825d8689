import type { FloatHistogram, Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { type ArrayColumn, type Room, readNative } from '../native-reader.ts';
import { readColumns, readRows } from '../read.ts';
import type { SampleColumns } from './ascending.ts';
import { histogramFromText } from './histogram-text.ts';
import { KIND } from './sample-kind.ts';
import type { SeriesCondition } from './series-condition.ts';

/** Samples to be read. */
export interface Question {
  readonly condition: SeriesCondition;
  readonly from: Millis;
  readonly to: Millis;
  readonly signal?: AbortSignal | undefined;
  /** Where their columns go; default: room of their own. */
  readonly room?: Room | undefined;
}

/** The rows that a statement gives which is asked with a question's parameters. */
export function rowsAbout<T>(
  client: ClickHouseClient,
  query: string,
  { condition, from, to, signal }: Question,
): Promise<T[]> {
  return readRows<T>(client, {
    query,
    params: { ...condition.params, ...bounds(from, to) },
    signal,
  });
}

/** How many samples a question is about. */
export async function countSamples(client: ClickHouseClient, question: Question): Promise<number> {
  const query = `SELECT count() FROM bellwether.all_samples WHERE ${WITHIN} AND ${question.condition.samples}`;
  const [[count]] = (await rowsAbout(client, query, question)) as [[string]];
  return Number(count);
}

/** How many samples a question is about, and how many series, about. */
export async function countSamplesAndSeries(
  client: ClickHouseClient,
  question: Question,
): Promise<[number, number]> {
  const query = `SELECT toFloat64(count()), toFloat64(uniqCombined(series)) FROM bellwether.all_samples WHERE ${WITHIN} AND ${question.condition.samples}`;
  const [counts] = (await rowsAbout<[number, number]>(client, query, question)) as [
    [number, number],
  ];
  return counts;
}

/** The histograms among the samples, by series and time. */
export async function readHistograms(
  client: ClickHouseClient,
  question: Question,
): Promise<Map<string, Map<Millis, FloatHistogram>>> {
  const rows = await rowsAbout<[string, Millis, string]>(
    client,
    `SELECT toString(series), toFloat64(toUnixTimestamp64Milli(ts)), histogram FROM bellwether.all_samples
      WHERE ${WITHIN} AND kind = ${KIND.histogram} AND ${question.condition.samples}`,
    question,
  );
  const found = new Map<string, Map<Millis, FloatHistogram>>();
  for (const [id, time, text] of rows) {
    const own = found.get(id) ?? new Map<Millis, FloatHistogram>();
    found.set(id, own.set(time, histogramFromText(text)));
  }
  return found;
}

/** The samples of each series, by its id, in the order of ClickHouse's parts. */
export async function readSamples(
  client: ClickHouseClient,
  { condition, from, to, signal, room }: Question,
): Promise<[bigint, SampleColumns][]> {
  const bytes = await readColumns(client, {
    // A column of mostly zeros is kept sparse, and of such a one groupArray takes the others first: not in the order of
    // the rows, in which the columns belong together. Materialized it is whole.
    query: `SELECT series, groupArray(toFloat64(toUnixTimestamp64Milli(ts))), groupArray(materialize(value)), groupArray(materialize(kind))
      FROM bellwether.all_samples WHERE ${WITHIN} AND ${condition.samples} GROUP BY series`,
    params: { ...condition.params, ...bounds(from, to) },
    signal,
  });
  const found: [bigint, SampleColumns][] = [];
  for (const { rows, ids, arrays } of readNative(bytes, room)) {
    const [times, values, kinds] = arrays as [ArrayColumn, ArrayColumn, ArrayColumn];
    for (let i = 0, start = 0; i < rows; i++) {
      const end = times.ends[i]!;
      found.push([
        ids[i]!,
        {
          times: times.values.subarray(start, end) as Float64Array,
          values: values.values.subarray(start, end) as Float64Array,
          kinds: kinds.values.subarray(start, end) as Uint8Array,
        },
      ]);
      start = end;
    }
  }
  return found;
}

export const WITHIN =
  'ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts <= fromUnixTimestamp64Milli({to:Int64})';

export function bounds(from: Millis, to: Millis): Record<string, number> {
  return { from: Math.floor(from), to: Math.ceil(to) };
}
