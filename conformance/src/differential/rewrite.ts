import type { Expr } from '@bellwether/promql';

/** A tree in which every node was given to `change` after the nodes below it. */
export function rewrite(expr: Expr, change: (node: Expr) => Expr): Expr {
  const below = (node: Expr): Expr => rewrite(node, change);
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
    case 'matrix':
      return change(expr);
    case 'subquery':
    case 'unary':
    case 'paren':
      return change({ ...expr, expr: below(expr.expr) });
    case 'call':
      return change({ ...expr, args: expr.args.map(below) });
    case 'aggregation': {
      const param = expr.param === undefined ? undefined : below(expr.param);
      return change({ ...expr, expr: below(expr.expr), param });
    }
    case 'binary':
      return change({ ...expr, lhs: below(expr.lhs), rhs: below(expr.rhs) });
  }
}
