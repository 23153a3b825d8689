import { isLabelName } from '../text/quote.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';

/** Labels in parentheses; a trailing comma is allowed. */
export function labelList(cursor: Cursor): string[] {
  const context = 'grouping opts';
  const labels: string[] = [];
  cursor.expect('(', context);
  while (!cursor.is(')')) {
    const { token } = cursor;
    if (!canBeLabel(token)) cursor.fail(context, 'label');
    cursor.advance();
    // Keywords are labels here as they are written.
    const label = token.type === 'string' ? token.word : token.text;
    if (!isLabelName(label)) cursor.report(token, `invalid label name for grouping: "${label}"`);
    labels.push(label);
    cursor.listed(labels.length, 'labels');
    if (!cursor.take(',') && !cursor.is(')')) cursor.fail(context, '"," or ")"');
  }
  cursor.advance();
  return labels;
}

function canBeLabel(token: Token): boolean {
  if (token.type === 'op') return /^[a-z]/i.test(token.text);
  if (token.word === 'without' && token.type === 'keyword') return false;
  return token.type !== 'number' && token.type !== 'duration' && token.type !== 'eof';
}
