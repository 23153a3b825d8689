import { keyPart, LabelSet, METRIC_NAME } from '../data/labels.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { type Column, eachColumn, isEmpty } from './column.ts';
import type { Context } from './context.ts';
import { unwrap } from './invariant.ts';

/** The series that one output series (or, for `topk` and the like, one selection) is made of. */
export interface AggregationGroup {
  readonly labels: LabelSet;
  readonly members: Column[];
}

interface Clause {
  readonly without: boolean;
  readonly grouping: readonly string[];
}

/** More names than labels have are not looked up one by one. */
const FEW_NAMES = 16;

/** Puts series into groups by their labels, once for all steps. */
export async function groupColumns(
  columns: readonly Column[],
  node: Clause,
  context: Context,
): Promise<AggregationGroup[]> {
  const labelsOf = groupLabels(node);
  const keyOf = groupingKey(node, labelsOf);
  const groups = new Map<string, AggregationGroup>();
  await eachColumn(columns, context, (column) => {
    const key = keyOf(column.labels);
    const group = groups.get(key);
    if (group !== undefined) group.members.push(column);
    else groups.set(key, { labels: labelsOf(column.labels), members: [column] });
  });
  return [...groups.values()];
}

function groupingKey(
  { without, grouping }: Clause,
  labelsOf: (labels: LabelSet) => LabelSet,
): (labels: LabelSet) => string {
  if (without || grouping.length > FEW_NAMES) return (labels) => labelsOf(labels).key;
  if (grouping.length === 0) return () => '';
  return (labels) => {
    let key = '';
    for (const name of grouping) key += keyPart(labels.get(name));
    return key;
  };
}

/** What is left of a series' labels in the group it belongs to. */
export function groupLabels({ without, grouping }: Clause): (labels: LabelSet) => LabelSet {
  const listed = new Set(grouping);
  if (without)
    return (labels) => labels.filter((name) => name !== METRIC_NAME && !listed.has(name));
  if (grouping.length === 0) return () => LabelSet.empty;
  return (labels) => labels.filter((name) => listed.has(name));
}

/** Where annotations about an aggregation's input point. */
export function inputSpan(node: Aggregation) {
  return unwrap(node.expr);
}

export function anyDropsName(members: readonly Column[]): boolean {
  return members.some((column) => column.dropName && !isEmpty(column));
}
