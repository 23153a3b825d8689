import { compileMatcher, type Matcher, PromQLError } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { readRows } from '../read.ts';
import {
  amongSql,
  labelColumn,
  matcherSql,
  neededSql,
  type SeriesCondition,
  seriesForWhich,
} from './series-condition.ts';

/** How many values of a label are judged for a matcher: about 100 MB of text. */
const MOST_VALUES = 1_000_000;

/**
 * The series that matchers accept, as the head would find them: what SQL certainly says as well ClickHouse judges; for
 * other regular expressions it lists the values that are left, and the same RE2 that judges the head's takes its pick.
 *
 * @throws PromQLError a regular expression is malformed, or would have to judge more values than fit into memory
 */
export async function findSeries(
  client: ClickHouseClient,
  matchers: readonly Matcher[],
  signal?: AbortSignal,
): Promise<SeriesCondition> {
  const sure: string[] = [];
  const doubtful: Matcher[] = [];
  for (const matcher of matchers) {
    const sql = matcherSql(matcher);
    if (sql === undefined) doubtful.push(matcher);
    else sure.push(sql);
  }
  const judged = await Promise.all(
    doubtful.map((matcher) => acceptedAmong(client, sure, matcher, signal)),
  );
  return seriesForWhich([...sure, ...judged]);
}

async function acceptedAmong(
  client: ClickHouseClient,
  sure: readonly string[],
  matcher: Matcher,
  signal: AbortSignal | undefined,
): Promise<string> {
  const accepts = compileMatcher(matcher);
  const label = labelColumn(matcher.name);
  const needed = neededSql(matcher);
  const terms = needed === undefined ? sure : [...sure, needed];
  const rows = await readRows<[string]>(client, {
    query: `SELECT DISTINCT ${label} FROM bellwether.series WHERE ${terms.join(' AND ') || '1'} LIMIT ${MOST_VALUES + 1}`,
    signal,
  });
  if (rows.length > MOST_VALUES)
    throw new PromQLError(
      'execution',
      `${matcher.name}${matcher.op}"${matcher.value}" would have to judge more than ${MOST_VALUES} values: add a matcher with = or one that begins with plain text`,
    );
  return amongSql(
    label,
    rows.flatMap(([value]) => (accepts(value) ? [value] : [])),
  );
}
