import { executionError } from '../error.ts';
import { mul } from '../histogram/scale.ts';
import type { Expr, Unary } from '../syntax/ast.ts';
import { typeOf } from '../syntax/check.ts';
import { evalAggregation } from './aggregation.ts';
import { evalBinary, evalScalarBinary } from './binary.ts';
import { evalCall, evalScalarCall } from './call.ts';
import { type Column, mapColumns, mergeSameLabels, settleOn } from './column.ts';
import type { Context } from './context.ts';
import { isStepInvariant, unwrap } from './invariant.ts';
import { evalSelector } from './select.ts';
import { evalSmoothed } from './smoothed.ts';

/** Evaluates an instant vector expression at all steps; of what that took in memory, its columns are left. */
export async function evalVector(expr: Expr, context: Context, func?: string): Promise<Column[]> {
  const before = context.query.budget.held;
  const columns = await evalNode(unwrap(expr), context, func);
  settleOn(columns, before, context);
  return columns;
}

async function evalNode(node: Expr, context: Context, func: string | undefined): Promise<Column[]> {
  const { grid } = context;
  if (grid.count === 0) return [];
  if (grid.count > 1 && isStepInvariant(node)) {
    const once = await evalVector(node, onceFor(context), func);
    context.query.budget.spend(once.length * grid.count);
    return mapColumns(once, context, (column) => repeat(column, grid.count));
  }
  switch (node.kind) {
    case 'selector':
      return node.mode === 'smoothed'
        ? evalSmoothed(node, context)
        : evalSelector(node, context, func);
    case 'call':
      return evalCall(node, context);
    case 'aggregation':
      return evalAggregation(node, context);
    case 'binary':
      return evalBinary(node, context);
    case 'unary':
      return evalNegation(node, context);
    default:
      throw executionError(`expected an instant vector, got ${typeOf(node)}`);
  }
}

/** Evaluates a scalar expression at all steps. */
export async function evalScalar(expr: Expr, context: Context): Promise<Float64Array> {
  const node = unwrap(expr);
  const { grid } = context;
  if (node.kind === 'number') return new Float64Array(grid.count).fill(node.value);
  if (grid.count > 1 && isStepInvariant(node)) {
    const once = await evalScalar(node, onceFor(context));
    return new Float64Array(grid.count).fill(once[0]!);
  }
  switch (node.kind) {
    case 'call':
      return evalScalarCall(node, context);
    case 'binary':
      return evalScalarBinary(node, context);
    case 'unary': {
      const values = await evalScalar(node.expr, context);
      return node.op === '-' ? values.map((value) => -value) : values;
    }
    default:
      throw executionError(`expected a scalar, got ${typeOf(node)}`);
  }
}

/** One evaluation that serves all steps. */
function onceFor(context: Context): Context {
  const { grid, weight = 1 } = context;
  return { ...context, grid: { ...grid, count: 1 }, weight: weight * grid.count };
}

function repeat(column: Column, steps: number): Column {
  return {
    ...column,
    values: new Float64Array(steps).fill(column.values[0]!),
    kinds: new Uint8Array(steps).fill(column.kinds[0]!),
    histograms: column.histograms && new Array(steps).fill(column.histograms[0]),
  };
}

async function evalNegation(node: Unary, context: Context): Promise<Column[]> {
  const columns = await evalVector(node.expr, context);
  if (node.op === '+') return columns;
  const delayed = context.query.features.delayedNameRemoval === true;
  const negated = await mapColumns(columns, context, (column) => ({
    labels: delayed ? column.labels : column.labels.anonymous,
    dropName: true,
    values: column.values.map((value) => -value),
    kinds: column.kinds,
    histograms: column.histograms?.map((histogram) => histogram && mul(histogram, -1)),
  }));
  return delayed ? negated : mergeSameLabels(negated, context);
}
