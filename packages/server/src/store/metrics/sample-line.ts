import type { FloatHistogram, Millis } from '@bellwether/promql';
import { histogramToText } from './histogram-text.ts';
import { KIND } from './sample-kind.ts';

/** Rows of `bellwether.samples` as ClickHouse reads tab-separated text. Times are whole milliseconds. */

export function sampleLine(id: string, time: Millis, value: number): string {
  return `${id}\t${seconds(time)}\t${number(value)}\t${KIND.float}\t\n`;
}

export function staleLine(id: string, time: Millis): string {
  return `${id}\t${seconds(time)}\tnan\t${KIND.stale}\t\n`;
}

export function histogramLine(id: string, time: Millis, histogram: FloatHistogram): string {
  // The JSON holds numbers and fixed words only: no tab, no line break, no backslash.
  return `${id}\t${seconds(time)}\tnan\t${KIND.histogram}\t${histogramToText(histogram)}\n`;
}

function seconds(time: Millis): string {
  if (time < 1000) return (time / 1000).toFixed(3);
  const ms = String(time);
  return `${ms.slice(0, -3)}.${ms.slice(-3)}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
