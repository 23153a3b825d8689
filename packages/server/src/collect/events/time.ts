import type { Millis } from '@bellwether/promql';

const RFC_3339 =
  /^\d{4}-\d\d-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const LAST_SAFE_DAY = 28;

/**
 * The time of an event, in whole milliseconds: a text as RFC 3339 has it, or a number of Unix seconds. NaN for all else.
 * Source: RFC 3339, section 5.6; no leap seconds.
 */
export function parseTime(value: unknown): Millis {
  if (typeof value === 'number') return Math.round(value * 1000);
  if (typeof value !== 'string') return Number.NaN;
  const day = RFC_3339.exec(value)?.[1];
  if (day === undefined) return Number.NaN;
  const ms = Date.parse(value);
  return Number(day) > LAST_SAFE_DAY && !dayExists(value) ? Number.NaN : ms;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function dayExists(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate() >= day;
}
