import type { Unit } from '@bellwether/server/api';

/** A number as a person reads it; the unit apart, because the page sets it smaller. */
export interface Measure {
  readonly number: string;
  readonly unit: string;
}

const NBSP = '\u00a0';

const grouped = (value: number, digits: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** About three significant digits, never scientific: 0.042, 0.42, 4.20, 12.3, 1,234. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value > 0 ? '< 0.001' : '> −0.001';
  if (size < 0.0995) return grouped(value, 3);
  if (size < 9.995) return grouped(value, 2);
  if (size < 99.95) return grouped(value, 1);
  return grouped(value, 0);
}

/** Near 100 % digits are added rather than rounded away: 99.97 % is not "100.0 %". */
function percent(ratio: number): string {
  const value = ratio * 100;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.01) return value > 0 ? '< 0.01' : '> −0.01';
  if (size < 9.995) return grouped(value, 2);
  if (size < 99.95) return grouped(value, 1);
  if (size < 99.995) return grouped(value, 2);
  if (size < 99.9995) return grouped(value, 3);
  if (size < 100) return '> 99.999';
  return grouped(value, Number.isInteger(value) ? 0 : 1);
}

function seconds(value: number): Measure {
  const size = Math.abs(value);
  if (size === 0) return { number: '0', unit: 'ms' };
  if (size < 0.0009995) return { number: threeDigits(value * 1e6), unit: 'µs' };
  if (size < 0.00995) return { number: grouped(value * 1e3, 1), unit: 'ms' };
  if (size < 0.9995) return { number: grouped(value * 1e3, 0), unit: 'ms' };
  return { number: threeDigits(value), unit: 's' };
}

/** A value in the unit a person would say it in: 0.0042 as a ratio is 0.42 %, 0.038 seconds are 38 ms. */
export function formatMeasure(value: number, unit: Unit): Measure {
  if (unit === 'ratio') return { number: percent(value), unit: '%' };
  if (unit === 'seconds') return seconds(value);
  return { number: threeDigits(value), unit: 'req/s' };
}

export function formatValue(value: number, unit: Unit): string {
  const measure = formatMeasure(value, unit);
  return `${measure.number}${NBSP}${measure.unit}`;
}

/** A bound somebody declared: without the zeros that would claim a measurement. 5 %, not 5.00 %. */
export function formatBound(value: number, unit: Unit): string {
  const measure = formatMeasure(value, unit);
  return `${measure.number.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}${NBSP}${measure.unit}`;
}

/** Both ends in one unit where they share it: 83.8–95.2 %. */
export function formatInterval(low: number, high: number, unit: Unit): string {
  const from = formatMeasure(low, unit);
  const to = formatMeasure(high, unit);
  if (from.unit !== to.unit) return `${formatValue(low, unit)} – ${formatValue(high, unit)}`;
  return `${from.number}–${to.number}${NBSP}${to.unit}`;
}

/** A sentence in which no number stands at the end of a line with its unit on the next. */
export function keepUnits(sentence: string): string {
  return sentence.replace(/(\d) (?=(?:%|µs|ms|s|min|h|req\/s)(?!\w))/g, `$1${NBSP}`);
}

/** A number whose unit nobody told us, as an alert's value: four significant digits. */
export function formatPlain(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/**
 * The events behind a number. A label "errors of requests in 5 m" takes one number before each noun:
 * "37 errors of 12,043 requests in 5 m"; any other label follows the numbers: "91 of 100 labelled predictions".
 * null when neither number is known.
 */
export function formatSample(sample: {
  readonly count: number | null;
  readonly total: number | null;
  readonly label: string;
}): string | null {
  const count = sample.count === null ? null : formatCount(sample.count);
  const total = sample.total === null ? null : formatCount(sample.total);
  if (count === null || total === null) {
    const known = count ?? total;
    return known === null ? null : `${known} ${sample.label}`;
  }
  const split = sample.label.indexOf(' of ');
  if (split < 0) return `${count} of ${total} ${sample.label}`;
  const counted = sample.label.slice(0, split);
  const noun = count === '1' ? counted.replace(/s$/, '') : counted;
  return `${count} ${noun} of ${total} ${sample.label.slice(split + 4)}`;
}

/** Counts from `increase()` are extrapolated and rarely whole; a person counts whole events. */
function formatCount(value: number): string {
  return grouped(Math.round(value), 0);
}
