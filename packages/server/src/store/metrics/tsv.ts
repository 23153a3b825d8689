import type { Labels, Millis } from '@bellwether/promql';

/** A row of `bellwether.samples` as ClickHouse reads tab-separated text. Times are whole milliseconds. */
export function sampleLine(id: string, time: Millis, value: number, stale: boolean): string {
  const ms = String(time);
  const seconds = time >= 1000 ? `${ms.slice(0, -3)}.${ms.slice(-3)}` : (time / 1000).toFixed(3);
  return `${id}\t${seconds}\t${number(value)}\t${stale ? 1 : 0}\n`;
}

/** A row of `bellwether.series`. */
export function seriesLine(id: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .map(([name, value]) => `'${inMap(name)}':'${inMap(value)}'`);
  return `${id}\t${inField(labels['__name__'] ?? '')}\t{${pairs.join(',')}}\n`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function inField(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, escapeChar);
}

/** Strings of a map are quoted inside a field that is itself escaped: the backslash that guards a quote is doubled. */
function inMap(text: string): string {
  return inField(text.replace(/[\\']/g, (c) => `\\${c}`));
}

function escapeChar(c: string): string {
  switch (c) {
    case '\t':
      return '\\t';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\0':
      return '\\0';
    default:
      return '\\\\';
  }
}
