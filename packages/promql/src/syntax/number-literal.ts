import { parseDuration } from '../text/duration.ts';
import { parseNumber } from '../text/number.ts';
import type { Cursor } from './cursor.ts';

/** Takes a number, or a duration as its seconds; one that is no number, or beyond all numbers, is a problem. */
export function numberLiteral(cursor: Cursor): number {
  const { token } = cursor;
  if (token.type === 'duration') return parseDuration(cursor.advance().text) / 1000;
  const value = parseNumber(token.text);
  if (value === undefined)
    cursor.report(token, `error parsing number: invalid syntax: ${JSON.stringify(token.text)}`);
  else if (!Number.isFinite(value) && !/^(?:inf|nan)$/i.test(token.text))
    cursor.report(token, `error parsing number: value out of range: ${JSON.stringify(token.text)}`);
  cursor.advance();
  return value ?? Number.NaN;
}
