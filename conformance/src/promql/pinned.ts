import { type Expr, TIME_DEPENDENT_FUNCTIONS, walk } from '@bellwether/promql';

/**
 * The expression with every selector and subquery that has no `@` pinned to an instant; what lies
 * inside of a pinned subquery is left alone.
 *
 * @returns `undefined` where the value depends on the evaluation time all the same
 */
export function pinned(expr: Expr, ms: number): Expr | undefined {
  let dependent = false;
  walk(expr, (node) => {
    if (node.kind === 'call' && TIME_DEPENDENT_FUNCTIONS.has(node.func)) dependent = true;
  });
  return dependent ? undefined : pin(expr, ms);
}

function pin(expr: Expr, ms: number): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'selector':
      return { ...expr, at: expr.at ?? { kind: 'time', ms } };
    case 'matrix':
      return {
        ...expr,
        selector: { ...expr.selector, at: expr.selector.at ?? { kind: 'time', ms } },
      };
    case 'subquery':
      return { ...expr, at: expr.at ?? { kind: 'time', ms } };
    case 'call':
      // The matchers of `info` are not a selector to be evaluated.
      return {
        ...expr,
        args: expr.args.map((arg, i) => (expr.func === 'info' && i === 1 ? arg : pin(arg, ms))),
      };
    case 'aggregation':
      return {
        ...expr,
        expr: pin(expr.expr, ms),
        param: expr.param === undefined ? undefined : pin(expr.param, ms),
      };
    case 'binary':
      return { ...expr, lhs: pin(expr.lhs, ms), rhs: pin(expr.rhs, ms) };
    case 'unary':
    case 'paren':
      return { ...expr, expr: pin(expr.expr, ms) };
  }
}
