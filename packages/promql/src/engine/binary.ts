import { executionError } from '../error.ts';
import type { Binary, ComparisonOp, Expr } from '../syntax/ast.ts';
import { isSetOp } from '../syntax/binary-modifiers.ts';
import { chainOf } from '../syntax/chain.ts';
import { isComparison, typeOf } from '../syntax/check.ts';
import { type Column, mapColumns, mergeSameLabels, settleOn } from './column.ts';
import { combine } from './combine.ts';
import type { Context } from './context.ts';
import { isStepInvariant } from './invariant.ts';
import { joinVectors } from './join.ts';
import { arithmetic, compareToBool, isArithmetic } from './kernels.ts';
import { evalScalar, evalVector, scalarColumn } from './operands.ts';
import { evalSetOperation } from './set-operation.ts';

/** Operations in a row with at least one vector side each, the innermost first. */
export async function evalBinary(node: Binary, context: Context): Promise<Column[]> {
  const chain = chainOf(node, (lhs) => typeOf(lhs) === 'vector' && !isRepeated(lhs, context));
  const { lhs } = chain[0];
  const before = context.query.budget.held;
  let left: Column[] | Float64Array =
    typeOf(lhs) === 'scalar' ? await evalScalar(lhs, context) : await evalVector(lhs, context);
  let result: Column[] = [];
  for (const operation of chain) {
    result = await evalOperation(operation, left, context);
    settleOn(result, before, context);
    left = result;
  }
  return result;
}

async function evalOperation(
  node: Binary,
  left: Column[] | Float64Array,
  context: Context,
): Promise<Column[]> {
  if (left instanceof Float64Array)
    return withScalar(node, await evalVector(node.rhs, context), left, true, context);
  if (typeOf(node.rhs) === 'scalar')
    return withScalar(node, left, await evalScalar(node.rhs, context), false, context);
  const right = await evalVector(node.rhs, context);
  if (isSetOp(node.op)) return evalSetOperation(node, left, right, context);
  return joinVectors(node, left, right, context);
}

/** Operations in a row between scalars; comparisons give 0 or 1. */
export async function evalScalarBinary(node: Binary, context: Context): Promise<Float64Array> {
  const chain = chainOf(node, (lhs) => !isRepeated(lhs, context));
  let left = await evalScalar(chain[0].lhs, context);
  for (const operation of chain)
    left = operate(operation, left, await evalScalar(operation.rhs, context));
  return left;
}

function operate(node: Binary, left: Float64Array, right: Float64Array): Float64Array {
  if (isComparison(node.op)) return compareToBool(node.op as ComparisonOp, left, right);
  if (!isArithmetic(node.op))
    throw executionError(`operator "${node.op}" not allowed for Scalar operations`);
  const out = new Float64Array(left.length);
  arithmetic(node.op, left, right, out);
  return out;
}

/** Whether an operand is evaluated once and its value repeated. */
function isRepeated(expr: Expr, { grid }: Context): boolean {
  return grid.count > 1 && isStepInvariant(expr);
}

async function withScalar(
  node: Binary,
  vector: readonly Column[],
  scalar: Float64Array,
  scalarIsLeft: boolean,
  context: Context,
): Promise<Column[]> {
  const other = scalarColumn(scalar);
  const delayed = context.query.features.delayedNameRemoval === true;
  const renames = isArithmetic(node.op) || node.bool;
  const results = await mapColumns(vector, context, (column) => {
    const pair = scalarIsLeft ? ([other, column] as const) : ([column, other] as const);
    const result = combine(node, pair[0], pair[1], context, scalarIsLeft ? column : undefined);
    return {
      ...result,
      labels: renames && !delayed ? column.labels.anonymous : column.labels,
      dropName: renames || column.dropName,
    };
  });
  return renames && !delayed ? mergeSameLabels(results, context) : results;
}
