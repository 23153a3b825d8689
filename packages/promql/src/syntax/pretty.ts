import type { Expr } from './ast.ts';
import { aggregationArgs, aggregationHead, binaryOperator, print, subqueryRange } from './print.ts';

const LINE_WIDTH = 100;

/**
 * The expression with long parts broken over lines, as Prometheus' `format_query` prints it: what fits
 * on a line stays on one, operands of a broken operation are indented under each other.
 */
export function pretty(expr: Expr, level: number): string {
  const line = indent(level) + print(expr);
  if (line.length <= LINE_WIDTH) return line;
  switch (expr.kind) {
    case 'call':
      return block(`${expr.func}(`, expr.args, level);
    case 'aggregation':
      return block(`${aggregationHead(expr)}(`, aggregationArgs(expr), level);
    case 'paren':
      return `${indent(level)}(\n${pretty(expr.expr, level + 1)}\n${indent(level)})`;
    case 'binary':
      return `${pretty(expr.lhs, level + 1)}\n${indent(level)}${binaryOperator(expr)}\n${pretty(expr.rhs, level + 1)}`;
    case 'unary':
      return `${indent(level)}${expr.op}${pretty(expr.expr, level).trimStart()}`;
    case 'subquery':
      return `${pretty(expr.expr, level)}${subqueryRange(expr)}`;
    default:
      return line;
  }
}

function block(head: string, args: readonly Expr[], level: number): string {
  const inner = args.map((arg) => pretty(arg, level + 1)).join(',\n');
  return `${indent(level)}${head}\n${inner}\n${indent(level)})`;
}

function indent(level: number): string {
  return '  '.repeat(level);
}
