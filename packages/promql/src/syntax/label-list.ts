import { isLabelName } from '../text/quote.ts';
import type { Cursor } from './cursor.ts';

/** Labels in parentheses; a trailing comma is allowed. */
export function labelList(cursor: Cursor): string[] {
  const context = 'grouping opts';
  const labels: string[] = [];
  if (!cursor.is('(')) cursor.fail(context, '"("');
  cursor.advanceInBraces();
  while (!cursor.is(')')) {
    const { token } = cursor;
    if (token.type !== 'identifier' && token.type !== 'string') cursor.fail(context, 'label');
    if (!isLabelName(token.word))
      cursor.report(token, `invalid label name for grouping: "${token.word}"`);
    labels.push(token.word);
    cursor.advanceInBraces();
    if (cursor.is(',')) cursor.advanceInBraces();
    else if (!cursor.is(')')) cursor.fail(context, '"," or ")"');
  }
  cursor.advance();
  return labels;
}
