import {
  compareLabels,
  type Labels,
  type Matcher,
  type Millis,
  matchSeries,
} from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { readRows } from '../read.ts';
import type { Exemplar, FoundExemplars } from './exemplar.ts';

/** Of a question that has more than these, the newest are answered. */
const MOST_ANSWERED = 100_000;

const WITHIN =
  'ts >= fromUnixTimestamp64Milli({from:Int64}) AND ts <= fromUnixTimestamp64Milli({to:Int64})';

/**
 * Reads exemplars from ClickHouse, each once. Series are chosen here and not by SQL, so that matchers mean exactly what
 * they mean in a query.
 */
export async function readExemplars(
  client: ClickHouseClient,
  match: readonly (readonly Matcher[])[],
  range: { readonly from: Millis; readonly to: Millis },
  signal?: AbortSignal,
): Promise<FoundExemplars> {
  const bounds = { from: Math.floor(range.from), to: Math.ceil(range.to) };
  const names = match.map(nameOf);
  const known = names.every((name) => name !== undefined);
  const there = await readRows<[string]>(client, {
    query: `SELECT DISTINCT series FROM bellwether.exemplars
      WHERE ${WITHIN} AND ${known ? 'name IN ({names:Array(String)})' : '1'}`,
    params: { ...bounds, ...(known ? { names } : {}) },
    signal,
  });
  const tests = match.map(matchSeries);
  const wanted = new Map<string, { series: Labels; exemplars: Omit<Exemplar, 'series'>[] }>();
  for (const [text] of there) {
    const labels = JSON.parse(text) as Labels;
    if (tests.some((accepts) => accepts({ labels })))
      wanted.set(text, { series: labels, exemplars: [] });
  }
  if (wanted.size === 0) return { series: [], truncated: false };
  const found = await readRows<[string, Millis, string, string]>(client, {
    query: `SELECT series, toFloat64(toUnixTimestamp64Milli(ts)), toString(value), labels FROM bellwether.exemplars
      WHERE ${WITHIN} AND series IN ({series:Array(String)})
      ORDER BY ts DESC LIMIT 1 BY series, ts, toString(value), labels LIMIT ${MOST_ANSWERED + 1}`,
    params: { ...bounds, series: [...wanted.keys()] },
    signal,
  });
  const truncated = found.length > MOST_ANSWERED;
  for (const [text, time, value, labels] of found.slice(0, MOST_ANSWERED).reverse())
    wanted
      .get(text)!
      .exemplars.push({ labels: JSON.parse(labels) as Labels, value: numberOf(value), time });
  const series = [...wanted.values()]
    .filter(({ exemplars }) => exemplars.length > 0)
    .sort((a, b) => compareLabels(a.series, b.series));
  return { series, truncated };
}

/** The one name that matchers ask for, by which rows are sorted. */
function nameOf(matchers: readonly Matcher[]): string | undefined {
  return matchers.find(({ name, op }) => name === '__name__' && op === '=')?.value;
}

function numberOf(text: string): number {
  if (text === 'inf') return Infinity;
  return text === '-inf' ? -Infinity : Number(text);
}
