import type { Millis } from '@bellwether/promql';

/**
 * The time of an event, in whole milliseconds: a text as RFC 3339 has it, or a number of Unix seconds. NaN for all else.
 * What is finer than a millisecond is cut off. By hand, as each event has one and `Date.parse` takes much that is none.
 * Source: RFC 3339, section 5.6; no leap seconds.
 */
export function parseTime(value: unknown): Millis {
  if (typeof value === 'number') {
    const ms = Math.round(value * 1000);
    return Math.abs(ms) <= MOST_MS ? ms : Number.NaN;
  }
  if (typeof value !== 'string' || !hasSeparators(value)) return Number.NaN;
  const year = digits(value, 0, 4);
  const month = digits(value, 5, 2);
  const day = digits(value, 8, 2);
  const hour = digits(value, 11, 2);
  const minute = digits(value, 14, 2);
  const second = digits(value, 17, 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const zone = value.charCodeAt(19) === POINT ? fractionEnd(value) : 19;
  const fraction = zone === 19 ? 0 : millisOf(value, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offsetMs(value, zone);
}

/** Where Date ends. Beyond it a number holds no single milliseconds any more. */
const MOST_MS = 8.64e15;
const [ZERO, NINE, POINT] = [48, 57, 46];

/** `____-__-__T__:__:__` */
function hasSeparators(text: string): boolean {
  return (
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':'
  );
}

function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i);
    if (!(code >= ZERO && code <= NINE)) return Number.NaN;
    number = number * 10 + code - ZERO;
  }
  return number;
}

/** Where the digits behind the point end; -1 when there are none. */
function fractionEnd(text: string): number {
  let end = 20;
  while (text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= NINE) end++;
  return end > 20 ? end : -1;
}

/** The first three digits behind the point: cut off and never rounded, so that a spelling with more of them says the same. */
function millisOf(text: string, end: number): number {
  const count = Math.min(end - 20, 3);
  return digits(text, 20, count) * (count === 3 ? 1 : count === 2 ? 10 : 100);
}

function offsetMs(text: string, at: number): Millis {
  if (at < 0) return Number.NaN;
  if (text[at] === 'Z') return text.length === at + 1 ? 0 : Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (text.length !== at + 6 || text[at + 3] !== ':' || hours > 23 || minutes > 59)
    return Number.NaN;
  const ms = (hours * 60 + minutes) * 60_000;
  return text[at] === '+' ? ms : text[at] === '-' ? -ms : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
