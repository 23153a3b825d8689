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

/**
 * Visits an expression and everything in it, parents first, parts in the order of the text.
 *
 * @param visit is told how deep in the tree a part stands; the expression itself at 0
 */
export function walk(expr: Expr, visit: (expr: Expr, depth: number) => void): void {
  walkWith(expr, 0, (node, depth) => {
    visit(node, depth);
    return depth + 1;
  });
}

/** Like {@link walk}; what `visit` returns for a part is handed on to the parts in it. */
export function walkWith<T>(expr: Expr, state: T, visit: (expr: Expr, state: T) => T): void {
  const waiting: { readonly node: Expr; readonly state: T }[] = [{ node: expr, state }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = visit(next.node, next.state);
    for (const node of childrenOf(next.node).toReversed()) waiting.push({ node, state: below });
  }
}
