import { keyPart, LabelSet, METRIC_NAME } from '../data/labels.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { type Column, isEmpty } from './column.ts';
import { unwrap } from './invariant.ts';

/** The series that one output series (or, for `topk` and the like, one selection) is made of. */
export interface AggregationGroup {
  readonly labels: LabelSet;
  readonly members: Column[];
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
    for (const name of grouping) key += keyPart(labels.get(name));
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
