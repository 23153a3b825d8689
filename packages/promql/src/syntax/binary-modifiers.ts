import type { BinaryOp, Cardinality, VectorMatching } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { LanguageFeatures } from './features.ts';
import { labelList } from './label-list.ts';
import { numberLiteral } from './number-literal.ts';

const SET_OPS: ReadonlySet<BinaryOp> = new Set(['and', 'or', 'unless']);

export function isSetOp(op: BinaryOp): boolean {
  return SET_OPS.has(op);
}

/** Reads what may stand between a binary operator and its right side: `bool`, matching, `fill`. */
export function binaryModifiers(
  cursor: Cursor,
  op: BinaryOp,
  features: LanguageFeatures,
): { bool: boolean; matching: VectorMatching | undefined } {
  // `bool` is reserved, the others are modifiers only before a parenthesis.
  const bool = cursor.take('bool');
  let on = false;
  let explicit = false;
  let labels: string[] = [];
  let include: string[] = [];
  let card: Cardinality = isSetOp(op) ? 'many-to-many' : 'one-to-one';
  if (cursor.is('on') || cursor.is('ignoring')) {
    on = cursor.advance().word === 'on';
    explicit = true;
    labels = labelList(cursor);
    if (cursor.is('group_left') || cursor.is('group_right')) {
      card = cursor.advance().word === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (cursor.is('(')) include = labelList(cursor);
    }
  }
  const fill = fillModifiers(cursor, features);
  if (!explicit && fill.left === undefined && fill.right === undefined)
    return { bool, matching: undefined };
  const matching = { card, on, labels, include, fillLeft: fill.left, fillRight: fill.right };
  return { bool, matching };
}

function fillModifiers(
  cursor: Cursor,
  features: LanguageFeatures,
): { left: number | undefined; right: number | undefined } {
  let left: number | undefined;
  let right: number | undefined;
  while (
    (cursor.is('fill') || cursor.is('fill_left') || cursor.is('fill_right')) &&
    cursor.isNext('(')
  ) {
    const keyword = cursor.advance();
    if (features.fillModifiers !== true)
      cursor.report(keyword, 'binop fill modifiers are experimental and not enabled');
    const value = fillValue(cursor);
    if (keyword.word !== 'fill_right') left = value;
    if (keyword.word !== 'fill_left') right = value;
  }
  return { left, right };
}

function fillValue(cursor: Cursor): number {
  const context = 'fill modifier';
  cursor.expect('(', context);
  const sign = cursor.is('-') || cursor.is('+') ? cursor.advance().text : '+';
  const { token } = cursor;
  if (token.type !== 'number' && token.type !== 'duration') cursor.fail(context, 'number');
  const value = numberLiteral(cursor);
  cursor.expect(')', context);
  return sign === '-' ? -value : value;
}
