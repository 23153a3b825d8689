import type { Millis } from '@bellwether/promql';

/** A row of `bellwether.samples` as ClickHouse reads tab-separated text. Times are whole milliseconds. */
export function sampleLine(id: string, time: Millis, value: number, stale: boolean): string {
  const ms = String(time);
  const seconds = time >= 1000 ? `${ms.slice(0, -3)}.${ms.slice(-3)}` : (time / 1000).toFixed(3);
  return `${id}\t${seconds}\t${number(value)}\t${stale ? 1 : 0}\n`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
