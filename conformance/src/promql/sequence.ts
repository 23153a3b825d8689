import {
  addHistograms,
  type FloatHistogram,
  type Labels,
  parse,
  parseNumber,
  subtractHistograms,
} from '@bellwether/promql';
import { parseHistogram } from './histogram-literal.ts';

/** One place of a written sequence of samples. */
export type Place =
  | { readonly kind: 'omitted' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly value: FloatHistogram;
      /** The reset hint was written out, so that it counts when comparing. */
      readonly hintGiven: boolean;
    };

/** A line `metric{labels} values…` of a script. */
export interface SeriesLine {
  readonly labels: Labels;
  readonly places: readonly Place[];
}

/** @throws Error where the line is malformed; nothing is skipped */
export function parseSeriesLine(line: string): SeriesLine {
  const end = endOfMetric(line);
  return { labels: parseLabels(line.slice(0, end)), places: parsePlaces(line.slice(end)) };
}

/** Where the labels end and the values begin: the first space outside of braces and quotes. */
function endOfMetric(line: string): number {
  let inBraces = false;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '{') inBraces = true;
    else if (char === '}') inBraces = false;
    else if (/\s/.test(char) && !inBraces) {
      // `metric {a="b"} 1`: labels may stand apart from the name.
      if (/^\s*\{[^{]/.test(line.slice(i)) && !line.slice(0, i).includes('{')) continue;
      return i;
    }
  }
  return line.length;
}

/** Labels of `metric{a="b"}`, read as a selector of equalities. */
export function parseLabels(text: string): Labels {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '{}') return {};
  // A selector has to select something; an equality that is always dropped makes it do so.
  const padded = trimmed.startsWith('{')
    ? trimmed.replace(/,?\s*\}$/, ',__padding__="x"}').replace('{,', '{')
    : trimmed;
  const expr = parse(padded);
  if (expr.kind !== 'selector') throw new Error(`not a metric: ${trimmed}`);
  const labels = expr.matchers.filter((matcher) => matcher.name !== '__padding__');
  return Object.fromEntries(labels.map((matcher) => [matcher.name, matcher.value]));
}

function parsePlaces(text: string): Place[] {
  const places: Place[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const item = /^(?:_(?:x(\d+))?|stale)(?=\s|$)/.exec(rest);
    if (item !== null) {
      const place: Place = { kind: item[0] === 'stale' ? 'stale' : 'omitted' };
      for (let i = 0; i < Number(item[1] ?? 1); i++) places.push(place);
      rest = rest.slice(item[0].length).trimStart();
    } else if (rest.startsWith('{{')) {
      rest = histogramItem(rest, places);
    } else {
      rest = floatItem(rest, places);
    }
  }
  return places;
}

/** `1`, `1x3` (four times 1), `1+2x3` (1 3 5 7), `1-2x3` */
function floatItem(text: string, places: Place[]): string {
  const number = '[+-]?(?:Inf|NaN|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?)';
  const pattern = new RegExp(`^(${number})(?:(?:([+-])(${number}))?x(\\d+))?(?=\\s|$)`, 'i');
  const item = pattern.exec(text);
  const start = item === null ? undefined : parseNumber(item[1]!);
  if (item === null || start === undefined) throw new Error(`malformed value: ${text}`);
  const step = (item[2] === '-' ? -1 : 1) * (parseNumber(item[3] ?? '0') ?? 0);
  let value = start;
  for (let i = 0; i <= Number(item[4] ?? 0); i++) {
    places.push({ kind: 'float', value });
    value += step;
  }
  return text.slice(item[0].length).trimStart();
}

/** `{{…}}`, `{{…}}x3`, `{{…}}+{{…}}x3`, `{{…}}-{{…}}x3` */
function histogramItem(text: string, places: Place[]): string {
  const item = /^\{\{(.*?)\}\}(?:(?:([+-])\{\{(.*?)\}\})?x(\d+))?(?=\s|$)/.exec(text);
  if (item === null) throw new Error(`malformed histogram: ${text}`);
  const first = parseHistogram(item[1]!);
  const step = item[3] === undefined ? undefined : parseHistogram(item[3]);
  const join = item[2] === '-' ? subtractHistograms : addHistograms;
  let { value } = first;
  for (let i = 0; i <= Number(item[4] ?? 0); i++) {
    if (i > 0 && step !== undefined) value = join(value, step.value);
    places.push({ kind: 'histogram', value, hintGiven: first.hintGiven });
  }
  return text.slice(item[0].length).trimStart();
}
