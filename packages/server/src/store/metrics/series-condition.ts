import type { Matcher } from '@bellwether/promql';

/** Which series are meant: as a condition on the table of series, and as one on that of samples. */
export interface SeriesCondition {
  readonly sql: string;
  readonly samples: string;
  readonly params: Record<string, string | number>;
}

/** Matchers as SQL. ClickHouse has RE2 too, and a map without the key answers '', as PromQL wants it. */
export function seriesCondition(matchers: readonly Matcher[]): SeriesCondition {
  const params: Record<string, string> = {};
  const terms = matchers.map(({ name, op, value }, i) => {
    params[`v${i}`] = op === '=~' || op === '!~' ? `^(?s:${value})$` : value;
    let label = 'name';
    if (name !== '__name__') {
      params[`n${i}`] = name;
      label = `labels[{n${i}:String}]`;
    }
    const text = `{v${i}:String}`;
    if (op === '=' || op === '!=') return `${label} ${op} ${text}`;
    return op === '=~' ? `match(${label}, ${text})` : `NOT match(${label}, ${text})`;
  });
  if (terms.length === 0) return EVERY_SERIES;
  const sql = terms.join(' AND ');
  return { sql, samples: `series IN (SELECT id FROM bellwether.series WHERE ${sql})`, params };
}

/** All series. */
export const EVERY_SERIES: SeriesCondition = { sql: '1', samples: '1', params: {} };

/** How many ids there can be. */
const IDS = 1n << 64n;

/** One of so many equal parts of a condition's series: ids are spread evenly. */
export function partOf(
  { sql, samples, params }: SeriesCondition,
  i: number,
  parts: number,
): SeriesCondition {
  const [at, all] = [BigInt(i), BigInt(parts)];
  return {
    sql: `id BETWEEN {low:UInt64} AND {high:UInt64} AND ${sql}`,
    samples: `series BETWEEN {low:UInt64} AND {high:UInt64} AND ${samples}`,
    params: {
      ...params,
      low: String((IDS * at) / all),
      high: String((IDS * (at + 1n)) / all - 1n),
    },
  };
}

/** Exactly these series. */
export function seriesAmong(ids: readonly bigint[]): SeriesCondition {
  const params: Record<string, string> = { ids: `[${ids.join(',')}]` };
  return { sql: 'id IN {ids:Array(UInt64)}', samples: 'series IN {ids:Array(UInt64)}', params };
}
