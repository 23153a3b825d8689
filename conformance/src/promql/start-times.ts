import { type Labels, parseDuration } from '@bellwether/promql';
import { parseLabels } from './sequence.ts';

/** `metric@st -1m -1m` or, for all lines after it, `@st -1m`: start times relative to the samples. */
export interface StartLine {
  readonly labels: Labels | undefined;
  /** Milliseconds; `undefined`: this sample's start is unknown. */
  readonly offsets: readonly (number | undefined)[];
}

export function isStartLine(line: string): boolean {
  const [first] = line.split(/[ \t]/, 1);
  return first?.endsWith('@st') === true && /[ \t]/.test(line);
}

export function parseStartLine(line: string): StartLine {
  const [metric, ...items] = line.split(/[ \t]+/) as [string, ...string[]];
  const name = metric.slice(0, -'@st'.length);
  const offsets: (number | undefined)[] = [];
  for (const item of items) offsets.push(...parseItem(item, offsets));
  return { labels: name === '' ? undefined : parseLabels(name), offsets };
}

/** `_`, `_x3`, `*`, `*x3`, `-1m`, `-1mx3`, `-1m+30sx3` */
function parseItem(item: string, before: readonly (number | undefined)[]): (number | undefined)[] {
  const omitted = /^_(?:x(\d+))?$/.exec(item);
  if (omitted !== null) return new Array(Number(omitted[1] ?? 1)).fill(undefined);
  const again = /^\*(?:x(\d+))?$/.exec(item);
  if (again !== null) {
    const last = before.findLast((offset) => offset !== undefined) ?? 0;
    return new Array(Number(again[1] ?? 0) + 1).fill(last);
  }
  const parts = /^([+-]?)(\d+[a-wyz]*)(?:(?:([+-])(\d+[a-wyz]+))?x(\d+))?$/i.exec(item);
  if (parts === null) throw new Error(`invalid start time: ${item}`);
  const start = (parts[1] === '-' ? -1 : 1) * parseDuration(parts[2]!);
  const step = (parts[3] === '-' ? -1 : 1) * parseDuration(parts[4] ?? '0');
  return Array.from({ length: Number(parts[5] ?? 0) + 1 }, (_, i) => start + i * step);
}
