import { type FloatHistogram, type Labels, parse, parseNumber } from '@bellwether/promql';
import { addHistogram, parseHistogram } from './histogram-notation.ts';

/** One place of a series: a number, a histogram, the mark that it ends, or nothing. */
export type NotedSample = number | FloatHistogram | 'stale' | undefined;

/**
 * Expands the values of a series in a test file: `1+2x3` is 1 3 5 7, `5x2` is 5 5 5, `_` and `_x3`
 * are one and three places without a sample, `stale` is the end of the series. Histograms stand in
 * double braces, `{{count:1 sum:2}}+{{count:1 sum:1}}x2`.
 *
 * Source: Prometheus, "Unit testing for rules", expanding notation.
 * @throws Error for what is no value
 */
export function parseValues(text: string): readonly NotedSample[] {
  const items = text.match(/(?:\{\{[^}]*\}\}|[^\s{])+/g) ?? [];
  return items.flatMap(expand);
}

const number = String.raw`[+-]?(?:0x[0-9a-f]+|inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const counting = new RegExp(`^(${number})(?:([+-])(${number}))?$`, 'i');
const repeated = /^(.*?)x(\d+)$/s;

function expand(item: string): NotedSample[] {
  const [, head = item, times] = repeated.exec(item) ?? [];
  const count = times === undefined ? 0 : Number(times);
  if (head === '_') return new Array<NotedSample>(times === undefined ? 1 : count).fill(undefined);
  if (head === 'stale') return new Array<NotedSample>(count + 1).fill('stale');
  if (head.startsWith('{{')) return expandHistogram(head, count);
  const match = counting.exec(head);
  if (match === null) throw new Error(`bad value in series values: ${item}`);
  const [, start = '', sign, step] = match;
  const first = numberOf(start, item);
  const by = step === undefined ? 0 : numberOf(step, item) * (sign === '-' ? -1 : 1);
  // A sum of steps, not a product: rounding shall be that of a counter that counts.
  const values = [first];
  for (let i = 0; i < count; i += 1) values.push(values[i]! + by);
  return values;
}

function expandHistogram(item: string, count: number): NotedSample[] {
  const match = /^\{\{([^}]*)\}\}(?:([+-])\{\{([^}]*)\}\})?$/.exec(item);
  if (match === null) throw new Error(`bad histogram in series values: ${item}`);
  const first = parseHistogram(match[1] ?? '');
  if (match[3] === undefined) return new Array<NotedSample>(count + 1).fill(first);
  const step = parseHistogram(match[3]);
  const times = match[2] === '-' ? -1 : 1;
  return Array.from({ length: count + 1 }, (_, i) => addHistogram(first, step, i * times));
}

function numberOf(text: string, item: string): number {
  const value = parseNumber(text);
  if (value === undefined) throw new Error(`bad number "${text}" in series values: ${item}`);
  return value;
}

/**
 * The labels of a series written as a selector: `up{job="api"}`; empty text and `{}` have none.
 * @throws Error for matchers other than `=`
 * @throws PromQLError for what is no selector
 */
export function parseSeries(text: string): Labels {
  if (/^\s*(?:\{\s*\})?\s*$/.test(text)) return {};
  const expr = parse(text);
  if (expr.kind !== 'selector' || expr.matchers.some((matcher) => matcher.op !== '=')) {
    throw new Error(`not the name and labels of a series: ${text}`);
  }
  const labels = expr.matchers.map(({ name, value }) => [name, value] as const);
  return Object.fromEntries(labels.filter(([, value]) => value !== ''));
}
