import type { At, Duration, Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { LanguageFeatures } from './features.ts';
import { numberLiteral } from './number-literal.ts';
import { isPlainDuration, isZeroDuration, offsetDuration } from './parse-duration-expr.ts';

export function requirePlain(cursor: Cursor, duration: Duration, features: LanguageFeatures): void {
  if (features.durationExpressions !== true && !isPlainDuration(duration))
    cursor.report(duration, 'experimental duration expression is not enabled');
}

export function offset(cursor: Cursor, expr: Expr, features: LanguageFeatures): Expr {
  const keyword = cursor.advance();
  const duration = offsetDuration(cursor);
  requirePlain(cursor, duration, features);
  const { end } = duration;
  const target = selectorOf(expr);
  if (target === undefined) {
    cursor.report(
      { start: expr.start, end },
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    );
    return expr;
  }
  if (target.offset !== undefined && !isZeroDuration(target.offset))
    cursor.report(keyword, 'offset may not be set multiple times');
  return withModifier(expr, { offset: duration }, end);
}

export function at(cursor: Cursor, expr: Expr): Expr {
  const sign = cursor.advance();
  const instant = atInstant(cursor);
  const target = selectorOf(expr);
  if (target === undefined) {
    cursor.report(
      { start: expr.start, end: cursor.previousEnd },
      '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    );
    return expr;
  }
  if (target.at !== undefined) cursor.report(sign, '@ <timestamp> may not be set multiple times');
  return withModifier(expr, { at: instant }, cursor.previousEnd);
}

function atInstant(cursor: Cursor): At {
  if (cursor.is('start') || cursor.is('end')) {
    const kind = cursor.advance().word as 'start' | 'end';
    cursor.expect('(', '@');
    cursor.expect(')', '@');
    return { kind };
  }
  const sign = cursor.is('-') || cursor.is('+') ? cursor.advance() : undefined;
  const { token } = cursor;
  if (token.type !== 'number' && token.type !== 'duration') cursor.fail('@', 'timestamp');
  const seconds = numberLiteral(cursor);
  const ms = (sign?.text === '-' ? -seconds : seconds) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) >= 2 ** 63) {
    cursor.report(token, `timestamp out of bounds for @ modifier: ${token.text}`);
    return { kind: 'time', ms: 0 };
  }
  return { kind: 'time', ms: Math.round(ms) };
}

export function mode(cursor: Cursor, expr: Expr, features: LanguageFeatures): Expr {
  const keyword = cursor.advance();
  const word = keyword.word as 'anchored' | 'smoothed';
  if (features.extendedRangeSelectors !== true)
    cursor.report(keyword, `${word} modifier is experimental and not enabled`);
  if (expr.kind !== 'selector' && expr.kind !== 'matrix') {
    cursor.report(
      { start: expr.start, end: keyword.end },
      `${word} modifier must be preceded by an instant vector selector or range vector selector`,
    );
    return expr;
  }
  if (word === 'anchored' && expr.kind === 'selector')
    cursor.report(keyword, 'anchored modifier must be preceded by a range vector selector');
  if (selectorOf(expr)?.mode !== 'plain')
    cursor.report(keyword, 'anchored and smoothed modifiers may not be set multiple times');
  return withModifier(expr, { mode: word }, keyword.end);
}

/** The node that carries an expression's offset and `@`; only selectors and subqueries have them. */
function selectorOf(expr: Expr) {
  if (expr.kind === 'matrix') return expr.selector;
  if (expr.kind === 'selector') return expr;
  return expr.kind === 'subquery' ? { ...expr, mode: 'plain' as const } : undefined;
}

function withModifier(expr: Expr, modifier: object, end: number): Expr {
  if (expr.kind === 'matrix') {
    return { ...expr, selector: { ...expr.selector, ...modifier, end }, end };
  }
  return { ...expr, ...modifier, end } as Expr;
}
