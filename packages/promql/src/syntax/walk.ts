import type { Expr } from './ast.ts';

/** The expressions directly inside of an expression, in the order of the text. */
function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'matrix':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr];
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
    case 'binary':
      return [expr.lhs, expr.rhs];
  }
}

/** Visits an expression and everything in it, parents first; `path` holds the ancestors. */
export function walk(
  expr: Expr,
  visit: (expr: Expr, path: readonly Expr[]) => void,
  path: readonly Expr[] = [],
): void {
  visit(expr, path);
  const below = [...path, expr];
  for (const child of childrenOf(expr)) walk(child, visit, below);
}
