import type { Labels, SeriesColumns } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import type { SeriesCondition } from '../metrics/series-condition.ts';
import { type ArrayColumn, readNative } from '../native-reader.ts';
import { readColumns } from '../read.ts';
import { columnsOf } from './bucket-columns.ts';
import type { Span } from './buckets.ts';
import type { Handing } from './handing.ts';

/** What the rollups have of a span. */
export interface FoundBuckets {
  readonly fit: readonly SeriesColumns[];
  /** The ids of the series that have to be read raw. */
  readonly unfit: readonly bigint[];
}

/** @param labels Of the condition's series, by their id in decimal; what is not among them is left out. */
export async function readBuckets(
  client: ClickHouseClient,
  condition: SeriesCondition,
  { after, upTo }: Span,
  handing: Handing,
  labels: ReadonlyMap<string, Labels>,
  signal?: AbortSignal,
): Promise<FoundBuckets> {
  const columns = [`toFloat64(toUnixTimestamp(bucket)) * 1000`, ...handing.columns].map(
    (column) => `groupArrayIf(${column}, ${handing.where})`,
  );
  const bytes = await readColumns(client, {
    query: `SELECT series, [toUInt8(max(${handing.unfit}))], ${columns.join(', ')}
      FROM bellwether.rollups FINAL
      WHERE bucket > toDateTime({after:Int64}) AND bucket <= toDateTime({upTo:Int64}) AND ${condition.samples}
      GROUP BY series`,
    settings: 'do_not_merge_across_partitions_select_final = 1',
    params: { ...condition.params, after: after / 1000, upTo: upTo / 1000 },
    signal,
  });
  const fit: SeriesColumns[] = [];
  const unfit: bigint[] = [];
  for (const { rows, ids, arrays } of readNative(bytes)) {
    const [flags, ends, ...numbers] = arrays as [ArrayColumn, ArrayColumn, ...ArrayColumn[]];
    for (let i = 0; i < rows; i++) {
      const of = labels.get(String(ids[i]));
      if (of === undefined) continue;
      if (flags.values[i] === 1) {
        unfit.push(ids[i]!);
        continue;
      }
      const [from, to] = [ends.ends[i - 1] ?? 0, ends.ends[i]!];
      if (from === to) continue;
      const row = ({ values }: ArrayColumn): Float64Array =>
        values.subarray(from, to) as Float64Array;
      fit.push(columnsOf(of, { ends: row(ends), numbers: numbers.map(row) }, handing));
    }
  }
  return { fit, unfit };
}
