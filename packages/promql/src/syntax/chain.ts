import type { Binary, Expr } from './ast.ts';

/**
 * The operations in a row that end in this one, innermost first: of `a + b + c` those of `a + b` and of the whole.
 * Rows are long where people add up many terms, so they are followed by loops, which no length can exhaust.
 */
export function chainOf(
  expr: Binary,
  goesOn: (lhs: Binary) => boolean = () => true,
): readonly [Binary, ...Binary[]] {
  const chain: [Binary, ...Binary[]] = [expr];
  let { lhs }: { lhs: Expr } = expr;
  while (lhs.kind === 'binary' && goesOn(lhs)) {
    chain.push(lhs);
    lhs = lhs.lhs;
  }
  return chain.reverse() as [Binary, ...Binary[]];
}
