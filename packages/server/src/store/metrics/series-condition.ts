import { literalPrefix, literalShape, type Matcher } from '@bellwether/promql';

/** Which series are meant: as a condition on the table of series, and as one on that of samples. */
export interface SeriesCondition {
  readonly sql: string;
  readonly samples: string;
  readonly params: Record<string, string | number>;
}

/** All series. */
export const EVERY_SERIES: SeriesCondition = { sql: '1', samples: '1', params: {} };

/** The series for which all of these hold, each a condition on the table of series. */
export function seriesForWhich(terms: readonly string[]): SeriesCondition {
  if (terms.length === 0) return EVERY_SERIES;
  const sql = terms.join(' AND ');
  return { sql, samples: `series IN (SELECT id FROM bellwether.series WHERE ${sql})`, params: {} };
}

/** A label as a column of the table of series; a map without the key answers '', as PromQL wants it. */
export function labelColumn(name: string): string {
  return name === '__name__' ? 'name' : `labels[${sqlText(name)}]`;
}

/**
 * A matcher as SQL, where the two certainly mean the same. Expressions that only an automaton can judge are not among
 * them: ClickHouse has RE2 too, but looks for a substring first that it takes out of the expression by rules of its own,
 * and passes over texts that match (`café?` and `caf`).
 */
export function matcherSql({ name, op, value }: Matcher): string | undefined {
  const label = labelColumn(name);
  if (op === '=' || op === '!=') return `${label} ${op} ${sqlText(value)}`;
  const accepted = acceptedSql(label, value);
  return accepted === undefined || op === '=~' ? accepted : `NOT (${accepted})`;
}

function acceptedSql(label: string, pattern: string): string | undefined {
  const shape = literalShape(pattern);
  switch (shape?.kind) {
    case 'any':
      return '1';
    case 'some':
      return `${label} != ''`;
    case 'among':
      return amongSql(label, shape.values);
    case 'prefix': {
      const text = sqlText(shape.text);
      const begins = `startsWith(${label}, ${text})`;
      return shape.goesOn ? `${begins} AND ${label} != ${text}` : begins;
    }
    case 'contains':
      return `position(${label}, ${sqlText(shape.text)}) > 0`;
    default:
      return undefined;
  }
}

/** What certainly holds for a label whose value a matcher accepts. */
export function neededSql({ name, op, value }: Matcher): string | undefined {
  const prefix = op === '=~' ? literalPrefix(value) : '';
  return prefix === '' ? undefined : `startsWith(${labelColumn(name)}, ${sqlText(prefix)})`;
}

/**
 * That a label has one of these values. Lists stand in the text of a statement: over HTTP a parameter is part of the
 * address, which is bounded.
 */
export function amongSql(label: string, values: readonly string[]): string {
  return values.length === 0 ? '0' : `${label} IN (${values.map(sqlText).join(',')})`;
}

/** Exactly these series. */
export function seriesAmong(ids: readonly bigint[]): SeriesCondition {
  const list = ids.length === 0 ? '(SELECT 0::UInt64 WHERE 0)' : `(${ids.join(',')})`;
  return { sql: `id IN ${list}`, samples: `series IN ${list}`, params: {} };
}

/** A text as a literal of ClickHouse's SQL. */
function sqlText(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (c) => (c === '\0' ? '\\0' : `\\${c}`))}'`;
}

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
