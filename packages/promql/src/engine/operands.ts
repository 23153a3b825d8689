import { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { Expr } from '../syntax/ast.ts';
import { type Column, FLOAT } from './column.ts';
import type { Context } from './context.ts';
import { unwrap } from './invariant.ts';

/* How a node gets its operands. The way goes through the context, for nodes hold each other in turn. */

/** Evaluates an instant vector expression at all steps; `func` is what it is for, as a hint. */
export function evalVector(expr: Expr, context: Context, func?: string): Promise<Column[]> {
  return context.query.evaluate.vector(expr, context, func);
}

/** Evaluates a scalar expression at all steps. */
export function evalScalar(expr: Expr, context: Context): Promise<Float64Array> {
  return context.query.evaluate.scalar(expr, context);
}

/** The value of a string argument; the checker has seen that it is one. */
export function stringValue(expr: Expr): string {
  const node = unwrap(expr);
  if (node.kind !== 'string') throw executionError('expected a string');
  return node.value;
}

/** A scalar as the one series without labels. */
export function scalarColumn(values: Float64Array): Column {
  return {
    labels: LabelSet.empty,
    dropName: false,
    values,
    kinds: new Uint8Array(values.length).fill(FLOAT),
    histograms: undefined,
  };
}
