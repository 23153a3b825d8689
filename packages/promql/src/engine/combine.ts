import type { Binary, ComparisonOp } from '../syntax/ast.ts';
import { ABSENT, type Column, FLOAT } from './column.ts';
import type { Context } from './context.ts';
import { arithmetic, compareToBool, filter, isArithmetic } from './kernels.ts';
import { mixedBinary } from './mixed-binary.ts';

/**
 * `left op right` where both are present.
 *
 * @param kept whose values a comparison keeps; default: the left side's
 */
export function combine(
  node: Binary,
  left: Column,
  right: Column,
  context: Context,
  kept: Column = left,
): Column {
  const trims = node.op === '</' || node.op === '>/';
  if (left.histograms !== undefined || right.histograms !== undefined || trims)
    return mixedBinary(node, left, right, kept, context);
  const kinds = both(left.kinds, right.kinds);
  const shape = { labels: left.labels, dropName: false, kinds, histograms: undefined };
  if (isArithmetic(node.op)) {
    const values = new Float64Array(kinds.length);
    arithmetic(node.op, left.values, right.values, values);
    return { ...shape, values };
  }
  const op = node.op as ComparisonOp;
  if (node.bool) return { ...shape, values: compareToBool(op, left.values, right.values) };
  const filtered = kinds.slice();
  filter(op, left.values, right.values, filtered);
  return { ...shape, kinds: filtered, values: kept.values };
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] !== ABSENT && b[i] !== ABSENT ? FLOAT : ABSENT;
  return out;
}
