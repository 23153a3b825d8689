import type { Duration } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { numberLiteral } from './number-literal.ts';

/** Prometheus keeps durations as nanoseconds in 64 bits. */
const MOST_SECONDS = 2 ** 63 / 1e9;

const EXPECTED = 'number, duration, step(), or range()';

/** A duration between brackets: full arithmetic. */
export function bracketDuration(cursor: Cursor, context: string): Duration {
  return sum(cursor, context);
}

/** A duration after `offset`: one operand with an optional sign, so that `offset 5m * 2` multiplies the series. */
export function offsetDuration(cursor: Cursor): Duration {
  return signed(cursor, 'offset', offsetDuration);
}

/** Whether the duration is a literal, with signs at most, as the language has without the feature. */
export function isPlainDuration(duration: Duration): boolean {
  if (duration.kind !== 'unary') return duration.kind === 'literal';
  const { operand } = duration;
  // Behind a sign, not without one, there may be parentheses.
  return isPlainDuration(operand.kind === 'paren' ? operand.inner : operand);
}

/** Whether it is the literal of no time at all, whatever its sign. */
export function isZeroDuration(duration: Duration): boolean {
  if (duration.kind === 'unary') return isZeroDuration(duration.operand);
  if (duration.kind === 'paren') return isZeroDuration(duration.inner);
  return duration.kind === 'literal' && duration.seconds === 0;
}

function sum(cursor: Cursor, context: string): Duration {
  let lhs = product(cursor, context);
  for (let level = 1; cursor.is('+') || cursor.is('-'); level++) {
    cursor.levels(level);
    const op = cursor.advance().text as '+' | '-';
    lhs = combine(op, lhs, product(cursor, context));
  }
  return lhs;
}

function product(cursor: Cursor, context: string): Duration {
  let lhs = signed(cursor, context, () => power(cursor, context));
  for (let level = 1; cursor.is('*') || cursor.is('/') || cursor.is('%'); level++) {
    cursor.levels(level);
    const op = cursor.advance().text as '*' | '/' | '%';
    lhs = combine(
      op,
      lhs,
      signed(cursor, context, () => power(cursor, context)),
    );
  }
  return lhs;
}

function power(cursor: Cursor, context: string): Duration {
  const lhs = primary(cursor, context);
  if (!cursor.take('^')) return lhs;
  const rhs = cursor.nested(() => signed(cursor, context, () => power(cursor, context)));
  return combine('^', lhs, rhs);
}

function signed(cursor: Cursor, context: string, rest: (cursor: Cursor) => Duration): Duration {
  if (!cursor.is('-') && !cursor.is('+')) {
    return rest === offsetDuration ? primary(cursor, context) : rest(cursor);
  }
  const sign = cursor.advance();
  const operand = cursor.nested(() => signed(cursor, context, rest));
  return {
    kind: 'unary',
    op: sign.text as '+' | '-',
    operand,
    start: sign.start,
    end: operand.end,
  };
}

function combine(op: '+' | '-' | '*' | '/' | '%' | '^', lhs: Duration, rhs: Duration): Duration {
  return { kind: 'binary', op, lhs, rhs, start: lhs.start, end: rhs.end };
}

function primary(cursor: Cursor, context: string): Duration {
  const { token } = cursor;
  if (token.type === 'duration' || token.type === 'number') {
    const units = token.type === 'duration';
    const seconds = numberLiteral(cursor);
    if (seconds > MOST_SECONDS) cursor.report(token, 'duration out of range');
    return { kind: 'literal', seconds, units, start: token.start, end: token.end };
  }
  if (cursor.take('(')) {
    const inner = cursor.nested(() => sum(cursor, context));
    const close = cursor.expect(')', context);
    return { kind: 'paren', inner, start: token.start, end: close.end };
  }
  if (token.word === 'step' || token.word === 'range') {
    cursor.advance();
    cursor.expect('(', context);
    const close = cursor.expect(')', context);
    return { kind: token.word, start: token.start, end: close.end };
  }
  const choice = token.type === 'identifier' ? token.text.toLowerCase() : '';
  if (choice === 'min_of' || choice === 'max_of') {
    cursor.advance();
    cursor.expect('(', context);
    const lhs = cursor.nested(() => sum(cursor, context));
    cursor.expect(',', context);
    const rhs = cursor.nested(() => sum(cursor, context));
    const close = cursor.expect(')', context);
    return { kind: choice, lhs, rhs, start: token.start, end: close.end };
  }
  cursor.fail(context, EXPECTED);
}
