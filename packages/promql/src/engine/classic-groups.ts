import type { LabelSet } from '../data/labels.ts';
import type { ClassicBuckets } from '../functions/classic-histogram.ts';
import type { Span } from '../syntax/ast.ts';
import { parseGoFloat } from '../text/go-float.ts';
import { forMetric } from './annotations.ts';
import { ABSENT, type Column, eachColumn, FLOAT, HISTOGRAM, isEmpty } from './column.ts';
import type { Context } from './context.ts';

/** The `le` series of one classic histogram; where a native one of the same labels is, neither counts. */
export interface ClassicGroup {
  readonly labels: LabelSet;
  readonly members: { readonly upperBound: number; readonly column: Column }[];
  native: Column | undefined;
  dropName: boolean;
}

export interface HistogramInput {
  readonly classic: readonly ClassicGroup[];
  readonly native: readonly Column[];
  /** By labels, for finding conflicts the other way round. */
  readonly groups: ReadonlyMap<string, ClassicGroup>;
}

/** Sorts a vector into classic histograms and native ones, once for all steps. */
export async function histogramInput(
  columns: readonly Column[],
  at: Span,
  context: Context,
): Promise<HistogramInput> {
  const groups = new Map<string, ClassicGroup>();
  const native: Column[] = [];
  await eachColumn(columns, context, (column) => {
    if (column.kinds.includes(HISTOGRAM)) native.push(column);
    if (column.kinds.includes(FLOAT)) addBucket(groups, column, at, context);
  });
  await eachColumn(native, context, (column) => {
    const group = groups.get(column.labels.key);
    if (group === undefined) return;
    group.native = column;
    noteConflict(group, at, context);
  });
  return { classic: [...groups.values()], native, groups };
}

function addBucket(
  groups: Map<string, ClassicGroup>,
  column: Column,
  at: Span,
  context: Context,
): void {
  const le = column.labels.get('le');
  const upperBound = parseGoFloat(le);
  if (upperBound === undefined) {
    if (isEmpty(column)) return;
    context.query.annotations.warn(
      `bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)}${nameNote(column.labels, context)}`,
      at,
    );
    return;
  }
  const labels = column.labels.filter((name) => name !== 'le');
  let group = groups.get(labels.key);
  if (group === undefined) {
    group = { labels, members: [], native: undefined, dropName: false };
    groups.set(labels.key, group);
  }
  group.dropName ||= column.dropName;
  group.members.push({ upperBound, column });
}

/** The name is known only as long as it is not dropped. */
function nameNote(labels: LabelSet, { query }: Context): string {
  return query.features.delayedNameRemoval === true ? forMetric(labels.metricName) : '';
}

function noteConflict(group: ClassicGroup, at: Span, context: Context): void {
  const { native, members } = group;
  for (let i = 0; i < context.grid.count; i++) {
    if (native?.kinds[i] !== HISTOGRAM) continue;
    if (!members.some(({ column }) => column.kinds[i] === FLOAT)) continue;
    context.query.annotations.warn(
      `vector contains a mix of classic and native histograms${nameNote(group.labels, context)}`,
      at,
    );
    return;
  }
}

/** Buffers for the buckets of a group, which are put in order of their bounds for it. */
export function bucketBuffers(group: ClassicGroup): ClassicBuckets {
  group.members.sort((a, b) => (a.upperBound === b.upperBound ? 0 : a.upperBound - b.upperBound));
  const size = group.members.length;
  return { bounds: new Float64Array(size), counts: new Float64Array(size), length: 0 };
}

/** Fills in a classic histogram's buckets at a step; none where a native one takes its place. */
export function fillBuckets(group: ClassicGroup, step: number, buckets: ClassicBuckets): void {
  const { bounds, counts } = buckets;
  buckets.length = 0;
  if (group.native !== undefined && group.native.kinds[step] === HISTOGRAM) return;
  let length = 0;
  for (const { upperBound, column } of group.members) {
    if (column.kinds[step] !== FLOAT) continue;
    const count = column.values[step]!;
    // The same bound twice, written in two ways ("1" and "1.0"), is one bucket.
    if (length > 0 && bounds[length - 1] === upperBound) {
      counts[length - 1] = counts[length - 1]! + count;
      continue;
    }
    bounds[length] = upperBound;
    counts[length] = count;
    length++;
  }
  buckets.length = length;
}

/** Whether a native histogram stands alone at a step. */
export function nativeCounts(input: HistogramInput, native: Column, step: number): boolean {
  if (native.kinds[step] !== HISTOGRAM) return false;
  const group = input.groups.get(native.labels.key);
  return group === undefined || group.members.every(({ column }) => column.kinds[step] === ABSENT);
}
