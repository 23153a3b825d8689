import type { Labels } from '@bellwether/promql';
import type { Exemplar } from './exemplar.ts';

/**
 * A row of `bellwether.exemplars` as ClickHouse reads tab-separated text. Label sets stand there as JSON with their names
 * sorted: the same labels are the same text, by which duplicates are known.
 */
export function exemplarLine({ series, labels, value, time }: Exemplar): string {
  const name = series['__name__'] ?? '';
  const row = [name, labelsText(series), (time / 1000).toFixed(3), number(value)];
  return `${[...row, labelsText(labels)].map(escaped).join('\t')}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify(Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (c) => ESCAPES[c]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};
