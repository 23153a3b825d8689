import { parseHexFloat } from './constants.ts';
import { formatFloat } from './format-float.ts';
import { GoDuration } from './go-duration.ts';
import { GoTime } from './go-time.ts';
import { quote } from './quote.ts';
import { goTypeOf, kindOf, textOf } from './values.ts';

/** Four significant digits, as all of these functions print. */
const four = (value: number): string => formatFloat(value, 'g', 4);

/**
 * What a template calls a number: float, integer, a text that reads as one, or a duration, which
 * counts in seconds.
 * @throws Error for anything else
 */
export function toFloat(value: unknown): number {
  if (value instanceof GoDuration) return value.ms / 1000;
  switch (kindOf(value)) {
    case 'float':
      return value as number;
    case 'int':
      return Number(value);
    case 'string':
      return parseFloatText(textOf(value));
    default:
      throw new Error(`can't convert ${goTypeOf(value)} to float`);
  }
}

function parseFloatText(text: string): number {
  const bad = (why: string): Error =>
    new Error(`strconv.ParseFloat: parsing ${quote(text)}: ${why}`);
  if (/^nan$/i.test(text)) return Number.NaN;
  const sign = text.startsWith('-') ? -1 : 1;
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return sign * Number.POSITIVE_INFINITY;
  const number = sign * parseSize(text.replace(/^[+-]/, ''), () => bad('invalid syntax'));
  if (!Number.isFinite(number)) throw bad('value out of range');
  return number;
}

function parseSize(text: string, bad: () => Error): number {
  const isHex = /^0x/i.test(text);
  // An underscore stands between digits, or behind 0x.
  const plain = text.replace(/(?<=\d|[a-f]|^0x)_(?=\d|[a-f])/gi, '');
  if (isHex) return parseHexFloat(plain, bad);
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) throw bad();
  return Number(plain);
}

function scaled(value: number, step: number, prefixes: readonly string[]): string {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (step > 1 ? Math.abs(rest) < step : Math.abs(rest) >= 1) break;
    prefix = next;
    rest = step > 1 ? rest / step : rest * 1000;
  }
  return four(rest) + prefix;
}

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const binary = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** With a metric prefix: 1234567 → `1.235M`, 0.12 → `120m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return four(value);
  return Math.abs(value) >= 1 ? scaled(value, 1000, large) : scaled(value, 0, small);
}

/** With a binary prefix: 1048576 → `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return four(value);
  return scaled(value, 1024, binary);
}

/** Seconds as days to seconds, or below one second with a prefix: 90000 → `1d 1h 0m 0s`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return four(seconds);
  if (seconds === 0) return `${four(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${scaled(seconds, 0, small)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = Math.trunc(size);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count !== 0);
  if (first >= 3) return `${sign}${four(size)}s`;
  const shown = parts.slice(first).map(([count, unit]) => `${count}${unit}`);
  return sign + shown.join(' ');
}

/** A ratio as percent: 0.1234567 → `12.35%`. */
export const humanizePercentage = (ratio: number): string => `${four(ratio * 100)}%`;

/**
 * Seconds since 1970 as a time.
 * @throws Error where Go's nanoseconds would overflow
 */
export function timeFromSeconds(seconds: number): GoTime {
  if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf');
  if (Math.abs(seconds * 1e9) > 2 ** 63) {
    throw new Error(
      `${formatFloat(seconds, 'g', -1)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return new GoTime(Math.trunc(Math.trunc(seconds * 1e9) / 1e6));
}

/**
 * Seconds as a duration, in whole nanoseconds.
 * @throws Error for NaN and infinities, for which Prometheus shows a duration of -292 years
 */
export function durationFromSeconds(seconds: number): GoDuration {
  const nanoseconds = Math.trunc(seconds * 1e9);
  if (!Number.isFinite(nanoseconds))
    throw new Error('value is NaN or Inf, or overflows a duration');
  return new GoDuration(nanoseconds / 1e6);
}

/** Seconds since 1970 as Go prints a time: `2015-06-23 13:19:44.128 +0000 UTC`. */
export const humanizeTimestamp = (seconds: number): string =>
  Number.isFinite(seconds) ? timeFromSeconds(seconds).toString() : four(seconds);
