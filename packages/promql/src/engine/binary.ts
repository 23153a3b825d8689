import { executionError } from '../error.ts';
import type { Binary, ComparisonOp } from '../syntax/ast.ts';
import { isSetOp } from '../syntax/binary-modifiers.ts';
import { isComparison, typeOf } from '../syntax/check.ts';
import { type Column, mergeSameLabels } from './column.ts';
import { combine } from './combine.ts';
import type { Context } from './context.ts';
import { joinVectors } from './join.ts';
import { arithmetic, compareToBool, isArithmetic } from './kernels.ts';
import { evalScalar, evalVector, scalarColumn } from './operands.ts';
import { evalSetOperation } from './set-operation.ts';

/** A binary operation with at least one vector side. */
export async function evalBinary(node: Binary, context: Context): Promise<Column[]> {
  const leftScalar = typeOf(node.lhs) === 'scalar';
  const rightScalar = typeOf(node.rhs) === 'scalar';
  if (rightScalar) {
    const vector = await evalVector(node.lhs, context);
    return withScalar(node, vector, await evalScalar(node.rhs, context), false, context);
  }
  if (leftScalar) {
    const scalar = await evalScalar(node.lhs, context);
    return withScalar(node, await evalVector(node.rhs, context), scalar, true, context);
  }
  const left = await evalVector(node.lhs, context);
  const right = await evalVector(node.rhs, context);
  if (isSetOp(node.op)) return evalSetOperation(node, left, right, context.grid.count);
  return joinVectors(node, left, right, context);
}

/** A binary operation between scalars; comparisons give 0 or 1. */
export async function evalScalarBinary(node: Binary, context: Context): Promise<Float64Array> {
  const left = await evalScalar(node.lhs, context);
  const right = await evalScalar(node.rhs, context);
  if (isComparison(node.op)) return compareToBool(node.op as ComparisonOp, left, right);
  if (!isArithmetic(node.op))
    throw executionError(`operator "${node.op}" not allowed for Scalar operations`);
  const out = new Float64Array(left.length);
  arithmetic(node.op, left, right, out);
  return out;
}

function withScalar(
  node: Binary,
  vector: readonly Column[],
  scalar: Float64Array,
  scalarIsLeft: boolean,
  context: Context,
): Column[] {
  const other = scalarColumn(scalar);
  const delayed = context.query.features.delayedNameRemoval === true;
  const renames = isArithmetic(node.op) || node.bool;
  const results: Column[] = [];
  for (const column of vector) {
    const pair = scalarIsLeft ? ([other, column] as const) : ([column, other] as const);
    const result = combine(node, pair[0], pair[1], context, scalarIsLeft ? column : undefined);
    results.push({
      ...result,
      labels: renames && !delayed ? column.labels.anonymous : column.labels,
      dropName: renames || column.dropName,
    });
  }
  return renames && !delayed ? mergeSameLabels(results) : results;
}
