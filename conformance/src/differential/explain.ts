import { type Expr, format, parse } from '@bellwether/promql';
import type { Difference } from './answers.ts';
import { DELIBERATE, type Deliberate } from './deliberate.ts';
import { rewrite } from './rewrite.ts';

/**
 * Which deliberate differences make the answers to an expression differ: one, or else all that have a part in it together.
 *
 * @param compare How both answer another expression in its place
 * @returns Their names, or `undefined` where the answers still differ without them
 */
export async function explain(
  expression: string,
  found: readonly Difference[],
  compare: (expression: string) => Promise<readonly Difference[]>,
): Promise<string | undefined> {
  const expr = parse(expression);
  const present = DELIBERATE.filter(({ instead }) => without(expr, [instead]) !== format(expr));
  const candidates = [...present.map((one) => [one]), ...(present.length > 1 ? [present] : [])];
  for (const some of candidates) {
    if (!found.every((difference) => some.some((one) => one.makes?.(difference) ?? true))) continue;
    if (
      (
        await compare(
          without(
            expr,
            some.map(({ instead }) => instead),
          ),
        )
      ).length === 0
    )
      return some.map(({ name }) => name).join(', ');
  }
  return undefined;
}

function without(expr: Expr, changes: readonly Deliberate['instead'][]): string {
  return format(
    rewrite(expr, (node) => changes.reduce((changed, change) => change(changed), node)),
  );
}
