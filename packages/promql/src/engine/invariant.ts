import type { Binary, Expr } from '../syntax/ast.ts';
import { chainOf } from '../syntax/chain.ts';
import { TIME_DEPENDENT_FUNCTIONS } from '../syntax/functions.ts';

const known = new WeakMap<Expr, boolean>();

/** Whether an expression has the same value at every step, so that computing it once is enough. */
export function isStepInvariant(expr: Expr): boolean {
  let invariant = known.get(expr);
  if (invariant === undefined) {
    invariant = decide(expr);
    known.set(expr, invariant);
  }
  return invariant;
}

function decide(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'selector':
      return expr.at !== undefined;
    case 'matrix':
      return expr.selector.at !== undefined;
    case 'subquery':
      return expr.at !== undefined;
    case 'paren':
    case 'unary':
      return isStepInvariant(expr.expr);
    case 'aggregation':
      return (
        isStepInvariant(expr.expr) && (expr.param === undefined || isStepInvariant(expr.param))
      );
    case 'binary':
      return isChainInvariant(expr);
    case 'call':
      return !TIME_DEPENDENT_FUNCTIONS.has(expr.func) && expr.args.every(isStepInvariant);
  }
}

function isChainInvariant(expr: Binary): boolean {
  let invariant = true;
  for (const node of chainOf(expr, (lhs) => !known.has(lhs))) {
    invariant = isStepInvariant(node.lhs) && isStepInvariant(node.rhs);
    known.set(node, invariant);
  }
  return invariant;
}

/** Without superfluous parentheses around it. */
export function unwrap(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}
