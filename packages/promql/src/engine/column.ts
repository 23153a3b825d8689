import type { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';

/** What a column holds at a step. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/** One output series of a node, at all steps at once. */
export interface Column {
  readonly labels: LabelSet;
  /** The metric name is still there for grouping and matching, but must go in the end. */
  readonly dropName: boolean;
  /** One value a step; meaningful where `kinds` says FLOAT. */
  readonly values: Float64Array;
  /** ABSENT, FLOAT or HISTOGRAM a step. */
  readonly kinds: Uint8Array;
  /** Absent: the column has no histograms at all. */
  readonly histograms: (FloatHistogram | undefined)[] | undefined;
}

export function newColumn(labels: LabelSet, dropName: boolean, steps: number): Column {
  return {
    labels,
    dropName,
    values: new Float64Array(steps),
    kinds: new Uint8Array(steps),
    histograms: undefined,
  };
}

/** A column that may hold histograms. */
export function newMixedColumn(labels: LabelSet, dropName: boolean, steps: number) {
  return {
    ...newColumn(labels, dropName, steps),
    histograms: new Array<FloatHistogram | undefined>(steps).fill(undefined),
  };
}

export function isEmpty(column: Column): boolean {
  return column.kinds.indexOf(FLOAT) < 0 && column.kinds.indexOf(HISTOGRAM) < 0;
}

export function hasHistograms(columns: readonly Column[]): boolean {
  return columns.some((column) => column.histograms !== undefined);
}

export const DUPLICATE_LABELS = 'vector cannot contain metrics with the same labelset';

/**
 * Joins columns with the same labels: they are one series that was present at different steps.
 *
 * @throws PromQLError `execution` where two of them have a sample at the same step
 */
export function mergeSameLabels(columns: readonly Column[], message = DUPLICATE_LABELS): Column[] {
  if (columns.length < 2) return [...columns];
  const byLabels = new Map<string, number>();
  const merged: Column[] = [];
  const owned = new Set<number>();
  for (const column of columns) {
    const at = byLabels.get(column.labels.key);
    if (at === undefined) {
      byLabels.set(column.labels.key, merged.length);
      merged.push(column);
      continue;
    }
    if (!owned.has(at)) {
      merged[at] = copy(merged[at]!);
      owned.add(at);
    }
    merged[at] = absorb(merged[at]!, column, message);
  }
  return merged;
}

function copy(column: Column): Column {
  return {
    ...column,
    values: column.values.slice(),
    kinds: column.kinds.slice(),
    histograms: column.histograms?.slice(),
  };
}

function absorb(target: Column, other: Column, message: string): Column {
  let { histograms } = target;
  if (other.histograms !== undefined)
    histograms ??= new Array<FloatHistogram | undefined>(target.kinds.length).fill(undefined);
  for (let i = 0; i < other.kinds.length; i++) {
    const kind = other.kinds[i]!;
    if (kind === ABSENT) continue;
    if (target.kinds[i] !== ABSENT) throw executionError(message);
    target.kinds[i] = kind;
    target.values[i] = other.values[i]!;
    if (kind === HISTOGRAM) histograms![i] = other.histograms![i];
  }
  return { ...target, histograms };
}
