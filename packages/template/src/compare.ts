import { compareText } from './utf8.ts';
import { kindOf, textOf } from './values.ts';

const incompatible = (): Error =>
  new Error('incompatible types for comparison', {
    cause: 'an integer and a float do not compare in Go: write 5.0 instead of 5',
  });

const basic = new Set(['bool', 'int', 'float', 'string']);

/**
 * Go's `eq`: is the first value equal to any of the others?
 * @throws Error when two values have types that Go does not compare
 */
export function equal(first: unknown, others: readonly unknown[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  const kind = kindOf(first);
  return others.some((other) => {
    const otherKind = kindOf(other);
    if (kind === 'nil' || otherKind === 'nil') return kind === otherKind;
    if (kind !== otherKind) throw incompatible();
    if (kind === 'string') return textOf(first) === textOf(other);
    if (basic.has(kind)) return first === other;
    if (kind === 'struct') return first === other;
    throw new Error(`non-comparable type ${kind}`);
  });
}

/**
 * Go's `lt`, for integers, floats and texts of the same type.
 * @throws Error for all others
 */
export function less(a: unknown, b: unknown): boolean {
  const kind = kindOf(a);
  const otherKind = kindOf(b);
  if (!basic.has(kind) || !basic.has(otherKind)) throw new Error('invalid type for comparison');
  if (kind !== otherKind) throw incompatible();
  if (kind === 'bool') throw new Error('invalid type for comparison');
  if (kind === 'string') return compareText(textOf(a), textOf(b)) < 0;
  return (a as number) < (b as number);
}
