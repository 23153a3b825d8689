import { add, sub } from '../histogram/arithmetic.ts';
import { equals } from '../histogram/compare.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import { compact } from '../histogram/layout.ts';
import { div, mul } from '../histogram/scale.ts';
import { trim } from '../histogram/trim.ts';
import type { Binary, ComparisonOp } from '../syntax/ast.ts';
import { isComparison } from '../syntax/check.ts';
import { ABSENT, type Column, FLOAT, HISTOGRAM, newMixedColumn } from './column.ts';
import type { Context } from './context.ts';
import { noteReconciled, noteResetCollision } from './histogram-notes.ts';
import { arithmetic, compare, isArithmetic } from './kernels.ts';

type Operand = number | FloatHistogram;
/** A value; whether a comparison holds; or nothing, for operands that do not go together. */
type Outcome = Operand | boolean | undefined;

/** A binary operation where histograms may be on either side, step by step. */
export function mixedBinary(
  node: Binary,
  left: Column,
  right: Column,
  kept: Column,
  context: Context,
): Column {
  const out = newMixedColumn(left.labels, false, left.kinds.length);
  for (let i = 0; i < left.kinds.length; i++) {
    if (left.kinds[i] === ABSENT || right.kinds[i] === ABSENT) continue;
    const outcome = operate(node, operand(left, i), operand(right, i), context);
    if (outcome === undefined) continue;
    if (typeof outcome !== 'boolean') put(out, i, outcome);
    else if (node.bool) put(out, i, Number(outcome));
    else if (outcome) put(out, i, operand(kept, i));
  }
  return out.histograms.some((histogram) => histogram !== undefined)
    ? out
    : { ...out, histograms: undefined };
}

function operand(column: Column, i: number): Operand {
  return column.kinds[i] === HISTOGRAM ? column.histograms![i]! : column.values[i]!;
}

function put(out: ReturnType<typeof newMixedColumn>, i: number, value: Operand): void {
  if (typeof value === 'number') {
    out.values[i] = value;
    out.kinds[i] = FLOAT;
  } else {
    out.histograms[i] = value;
    out.kinds[i] = HISTOGRAM;
  }
}

function operate(node: Binary, left: Operand, right: Operand, context: Context): Outcome {
  const { op } = node;
  if (typeof left === 'number' && typeof right === 'number') {
    if (isComparison(op)) return compare(op as ComparisonOp, left, right);
    if (!isArithmetic(op)) return incompatible(node, 'float', 'float', context);
    const out = new Float64Array(1);
    arithmetic(op, Float64Array.of(left), Float64Array.of(right), out);
    return out[0]!;
  }
  if (typeof left === 'number') {
    if (op === '*' && typeof right !== 'number') return compact(mul(right, left));
    return incompatible(node, 'float', 'histogram', context);
  }
  if (typeof right === 'number') {
    if (op === '*') return compact(mul(left, right));
    if (op === '/') return compact(div(left, right));
    if (op === '</' || op === '>/') return trim(left, right, op === '</');
    return incompatible(node, 'histogram', 'float', context);
  }
  if (op === '+' || op === '-') return join(node, left, right, context);
  if (op === '==') return equals(left, right);
  if (op === '!=') return !equals(left, right);
  return incompatible(node, 'histogram', 'histogram', context);
}

function join(
  node: Binary,
  left: FloatHistogram,
  right: FloatHistogram,
  context: Context,
): Outcome {
  const { annotations } = context.query;
  const operation = node.op === '+' ? 'addition' : 'subtraction';
  const sum = node.op === '+' ? add(left, right) : sub(left, right);
  if (sum === undefined) {
    annotations.warn(`incompatible bucket layout encountered for binary operator ${node.op}`, node);
    return undefined;
  }
  if (sum.resetCollision) noteResetCollision(annotations, operation, node);
  if (sum.boundsReconciled) noteReconciled(annotations, operation, node);
  return compact(node.op === '-' ? { ...sum.result, hint: 'gauge' } : sum.result);
}

function incompatible(node: Binary, left: string, right: string, context: Context): undefined {
  context.query.annotations.info(
    `incompatible sample types encountered for binary operator "${node.op}": ${left} ${node.op} ${right}`,
    node,
  );
}
