import type { Unit } from '@bellwether/server/api';
import { formatDay, formatHourMinute } from '../format-time.ts';

interface Scale {
  readonly factor: number;
  readonly suffix: string;
}

/** Labels of the value axis: one unit for all, and only as many decimals as tell them apart. */
export function valueTicks(values: readonly number[], unit: Unit): string[] {
  const { factor, suffix } = scaleOf(values, unit);
  const scaled = values.map((value) => value * factor);
  const digits = [0, 1, 2, 3].find((count) => scaled.every((value) => isExact(value, count))) ?? 4;
  return scaled.map((value) => {
    const number = value.toLocaleString('en-US', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return suffix === '' ? number : `${number}\u00a0${suffix}`;
  });
}

function scaleOf(values: readonly number[], unit: Unit): Scale {
  if (unit === 'ratio') return { factor: 100, suffix: '%' };
  if (unit === 'requests_per_second') return { factor: 1, suffix: '/s' };
  const largest = Math.max(...values.map(Math.abs), 0);
  if (largest >= 1) return { factor: 1, suffix: 's' };
  return largest < 0.001 ? { factor: 1e6, suffix: 'µs' } : { factor: 1e3, suffix: 'ms' };
}

function isExact(value: number, digits: number): boolean {
  const factor = 10 ** digits;
  return Math.abs(Math.round(value * factor) / factor - value) <= Math.abs(value) * 1e-9 + 1e-12;
}

/** Labels of the time axis (Unix seconds): the hour and minute, at midnight the day. */
export function timeTicks(seconds: readonly number[]): string[] {
  return seconds.map((second) => {
    const at = new Date(second * 1000);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0;
    return midnight ? formatDay(at.getTime()) : formatHourMinute(at.getTime());
  });
}
