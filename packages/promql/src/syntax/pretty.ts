import { utf8Length } from '../text/utf8.ts';
import type { Binary, Expr } from './ast.ts';
import { chainOf } from './chain.ts';
import { aggregationArgs, aggregationHead, binaryOperator, print, subqueryRange } from './print.ts';

const LINE_WIDTH = 100;

/**
 * The expression with long parts broken over lines, as Prometheus' `format_query` prints it: what fits
 * on a line stays on one, operands of a broken operation are indented under each other.
 */
export function pretty(expr: Expr, level: number, known = new Map<Expr, string>()): string {
  const text = print(expr, known);
  const line = indent(level) + text;
  if (fits(text)) return line;
  switch (expr.kind) {
    case 'call':
      return block(`${expr.func}(`, expr.args, level, known);
    case 'aggregation':
      return block(`${aggregationHead(expr)}(`, aggregationArgs(expr), level, known);
    case 'paren':
      return `${indent(level)}(\n${pretty(expr.expr, level + 1, known)}\n${indent(level)})`;
    case 'binary':
      return operations(expr, level, known);
    case 'unary':
      return `${indent(level)}${expr.op}${pretty(expr.expr, level, known).trimStart()}`;
    case 'subquery':
      return `${pretty(expr.expr, level, known)}${subqueryRange(expr)}`;
    default:
      return line;
  }
}

/** As Prometheus counts: in bytes, and without the indentation. */
function fits(text: string): boolean {
  return utf8Length(text) <= LINE_WIDTH;
}

/** Operations in a row, each indented one more than the one behind it, up to the first that fits on a line. */
function operations(expr: Binary, level: number, known: Map<Expr, string>): string {
  const chain = chainOf(expr, (lhs) => !fits(print(lhs, known)));
  let left = level + chain.length;
  let text = pretty(chain[0].lhs, left, known);
  for (const node of chain) {
    const right = pretty(node.rhs, left--, known);
    text += `\n${indent(left)}${binaryOperator(node)}\n${right}`;
  }
  return text;
}

function block(
  head: string,
  args: readonly Expr[],
  level: number,
  known: Map<Expr, string>,
): string {
  const inner = args.map((arg) => pretty(arg, level + 1, known)).join(',\n');
  return `${indent(level)}${head}\n${inner}\n${indent(level)})`;
}

function indent(level: number): string {
  return '  '.repeat(level);
}
