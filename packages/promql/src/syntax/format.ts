import type { Expr } from './ast.ts';
import { pretty } from './pretty.ts';
import { print } from './print.ts';

export interface FormatOptions {
  /** Break lines longer than 100 characters and indent, as `promtool promql format` does. */
  readonly pretty?: boolean;
}

/**
 * Prints an expression; reading the text again gives the same tree.
 *
 * @example
 * format(parse('sum(a)by(b)')) // 'sum by (b) (a)'
 */
export function format(expr: Expr, options: FormatOptions = {}): string {
  return options.pretty === true ? pretty(expr, 0) : print(expr);
}
