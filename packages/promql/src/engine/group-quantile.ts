import { quantile } from '../functions/quantile.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { formatShort } from '../text/number.ts';
import { bytesOf, type Column, FLOAT, HISTOGRAM, isEmpty, newColumn } from './column.ts';
import type { Context } from './context.ts';
import { type AggregationGroup, anyDropsName, inputSpan } from './grouping.ts';
import { unwrap } from './invariant.ts';

/** `quantile(q, v)` of each group at each step. */
export async function quantileGroups(
  node: Aggregation,
  groups: readonly AggregationGroup[],
  quantiles: Float64Array,
  context: Context,
): Promise<Column[]> {
  const { annotations, budget } = context.query;
  warnOutside(quantiles, node, context);
  const steps = context.grid.count;
  const results: Column[] = [];
  for (const { labels, members } of groups) {
    const out = newColumn(labels, anyDropsName(members), steps);
    const buffer = new Float64Array(members.length);
    for (let i = 0; i < steps; i++) {
      // Members are put in order at each step.
      if (budget.dueAfter(16 * members.length)) await budget.pause();
      let count = 0;
      for (const { kinds, values } of members) {
        if (kinds[i] === FLOAT) buffer[count++] = values[i]!;
        else if (kinds[i] === HISTOGRAM)
          annotations.info('ignored histogram in quantile aggregation', inputSpan(node));
      }
      if (count === 0) continue;
      out.values[i] = quantile(quantiles[i]!, buffer.subarray(0, count));
      out.kinds[i] = FLOAT;
    }
    budget.hold(bytesOf(out));
    if (!isEmpty(out)) results.push(out);
  }
  return results;
}

/** Prometheus warns about the extremes of a parameter that leaves [0, 1], not about each value. */
function warnOutside(quantiles: Float64Array, node: Aggregation, context: Context): void {
  const at = unwrap(node.param!);
  const warn = (q: number): void =>
    context.query.annotations.warn(
      `quantile value should be between 0 and 1, got ${formatShort(q)}`,
      at,
    );
  const numbers = quantiles.filter((q) => !Number.isNaN(q));
  if (numbers.length < quantiles.length) warn(Number.NaN);
  const most = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (numbers.length > 0 && most > 1) warn(most);
  if (numbers.length > 0 && least < 0) warn(least);
}
