import type { Aggregation } from '../syntax/ast.ts';
import { bytesOf, type Column, isEmpty, workOf } from './column.ts';
import type { Context } from './context.ts';
import { countValues } from './count-values.ts';
import { quantileGroups } from './group-quantile.ts';
import { reduceGroup } from './group-reduce.ts';
import { groupColumns } from './grouping.ts';
import { evalScalar, evalVector } from './operands.ts';
import { limitRatio, selectK } from './select-k.ts';

export async function evalAggregation(node: Aggregation, context: Context): Promise<Column[]> {
  if (node.op === 'count_values') return countValues(node, context);
  const { budget } = context.query;
  const parameter = node.param && (await evalScalar(node.param, context));
  const columns = await evalVector(node.expr, context, node.op);
  const groups = await groupColumns(columns, node, context);
  switch (node.op) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
      return selectK(node, groups, parameter!, context);
    case 'limit_ratio':
      return limitRatio(node, columns, parameter!, context);
    case 'quantile':
      return quantileGroups(node, groups, parameter!, context);
    default: {
      const results: Column[] = [];
      for (const group of groups) {
        const made = reduceGroup(node, group, context);
        const column = made instanceof Promise ? await made : made;
        budget.spend(context.grid.count);
        budget.hold(bytesOf(column));
        if (budget.dueAfter(workOf(column))) await budget.pause();
        if (!isEmpty(column)) results.push(column);
      }
      return results;
    }
  }
}
