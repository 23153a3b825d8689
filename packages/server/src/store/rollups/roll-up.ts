import type { ClickHouseClient } from '@clickhouse/client';
import { KIND } from '../metrics/sample-kind.ts';
import { BUCKET_MS, type Span } from './buckets.ts';

/** How many samples are rolled up at once: they are held in memory, and others want to be served meanwhile. */
const SLICE_SAMPLES = 1_000_000;

/** How many ids there can be. */
const IDS = 1n << 64n;

/**
 * Makes the buckets of a span, which begins and ends on the hour, out of its samples; each counts once, however often it
 * is stored. Making them again replaces them.
 * @param signal Ends it between two statements; the span must not be recorded then.
 * @returns how many rows of samples were read
 */
export async function rollUp(
  client: ClickHouseClient,
  { after, upTo }: Span,
  signal?: AbortSignal,
): Promise<number> {
  const answer = await client.query({
    query: `SELECT toFloat64(count()) FROM bellwether.all_samples WHERE ${WITHIN}`,
    query_params: { after, upTo },
    format: 'JSONCompactEachRow',
  });
  const [[samples]] = (await answer.json<[number]>()) as [[number]];
  const slices = BigInt(Math.ceil(samples / SLICE_SAMPLES));
  for (let i = 0n; i < slices; i++) {
    signal?.throwIfAborted();
    const low = String((IDS * i) / slices);
    const high = String((IDS * (i + 1n)) / slices - 1n);
    await client.command({ query: ROLL_UP, query_params: { after, upTo, low, high } });
  }
  return samples;
}

const WITHIN =
  'ts > fromUnixTimestamp64Milli({after:Int64}) AND ts <= fromUnixTimestamp64Milli({upTo:Int64})';

/**
 * `known` are the values that are numbers: as in PromQL, NaN is the least and the greatest only where there is nothing
 * else. Compensation makes a sum with infinite values NaN, so those are added plainly, and so are values whose sum is too
 * large, which makes it infinite.
 */
const ROLL_UP = `INSERT INTO bellwether.rollups
  SELECT
    series,
    bucket,
    length(values) AS count,
    if(isFinite(arrayReduce('sumKahan', values)), arrayReduce('sumKahan', values), arraySum(values)) AS sum,
    if(empty(known) AND count > 0, nan, arrayMin(known)) AS min,
    if(empty(known) AND count > 0, nan, arrayMax(known)) AS max,
    fromUnixTimestamp64Milli(floats.1[1]) AS first_ts,
    values[1] AS first,
    fromUnixTimestamp64Milli(floats.1[-1]) AS last_ts,
    values[-1] AS last,
    arrayReduce('sumKahan', arrayMap((now, before) -> if(now < before, before, 0), arrayPopFront(values), arrayPopBack(values))) AS lost,
    rows.2[-1] = ${KIND.stale} AS ended,
    countEqual(rows.2, ${KIND.histogram}) AS histograms
  FROM (
    SELECT
      series,
      toDateTime(intDiv(toUnixTimestamp64Milli(ts) + ${BUCKET_MS - 1}, ${BUCKET_MS}) * ${BUCKET_MS / 1000}, 'UTC') AS bucket,
      arraySort(groupArray((toUnixTimestamp64Milli(ts), kind, value))) AS stored,
      arrayFilter((row, before) -> row.1 != before.1, stored, arrayPushFront(arrayPopBack(stored), (-1::Int64, 0::UInt8, 0::Float64))) AS rows,
      arrayFilter(row -> row.2 = ${KIND.float}, rows) AS floats,
      floats.3 AS values,
      arrayFilter(value -> NOT isNaN(value), values) AS known
    FROM bellwether.all_samples
    WHERE ${WITHIN} AND series BETWEEN {low:UInt64} AND {high:UInt64}
    GROUP BY series, bucket
  )
  SETTINGS max_threads = 1`;
