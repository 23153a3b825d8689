import { LabelSet, METRIC_NAME } from '../data/labels.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { type Column, isEmpty } from './column.ts';
import type { Context } from './context.ts';
import { countValues } from './count-values.ts';
import { evalScalar, evalVector } from './evaluate.ts';
import { quantileGroups } from './group-quantile.ts';
import { reduceGroup } from './group-reduce.ts';
import { unwrap } from './invariant.ts';
import { limitRatio, selectK } from './select-k.ts';

/** The series that one output series (or, for `topk` and the like, one selection) is made of. */
export interface AggregationGroup {
  readonly labels: LabelSet;
  readonly members: Column[];
}

export async function evalAggregation(node: Aggregation, context: Context): Promise<Column[]> {
  if (node.op === 'count_values') return countValues(node, context);
  const parameter = node.param && (await evalScalar(node.param, context));
  const columns = await evalVector(node.expr, context, node.op);
  const groups = groupColumns(columns, node);
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
        results.push(reduceGroup(node, group, context));
        context.query.budget.spend(context.grid.count);
        if (context.query.budget.due()) await context.query.budget.pause();
      }
      return results.filter((column) => !isEmpty(column));
    }
  }
}

/** Puts series into groups by their labels, once for all steps. */
export function groupColumns(
  columns: readonly Column[],
  node: { readonly without: boolean; readonly grouping: readonly string[] },
): AggregationGroup[] {
  const keyOf = groupingKey(node);
  const groups = new Map<string, AggregationGroup>();
  for (const column of columns) {
    const key = keyOf(column.labels);
    const group = groups.get(key);
    if (group !== undefined) group.members.push(column);
    else groups.set(key, { labels: groupLabels(column.labels, node), members: [column] });
  }
  return [...groups.values()];
}

function groupingKey(node: {
  readonly without: boolean;
  readonly grouping: readonly string[];
}): (labels: LabelSet) => string {
  if (node.without) return (labels) => groupLabels(labels, node).key;
  const { grouping } = node;
  if (grouping.length === 0) return () => '';
  return (labels) => {
    let key = '';
    for (const name of grouping) key += `${labels.get(name)}\xff`;
    return key;
  };
}

export function groupLabels(
  labels: LabelSet,
  node: { readonly without: boolean; readonly grouping: readonly string[] },
): LabelSet {
  const { grouping, without } = node;
  if (without) return labels.filter((name) => name !== METRIC_NAME && !grouping.includes(name));
  return grouping.length === 0 ? LabelSet.empty : labels.filter((name) => grouping.includes(name));
}

/** Where annotations about an aggregation's input point. */
export function inputSpan(node: Aggregation) {
  return unwrap(node.expr);
}

export function anyDropsName(members: readonly Column[]): boolean {
  return members.some((column) => column.dropName && !isEmpty(column));
}
