import type { LabelSet } from '../data/labels.ts';
import { executionError } from '../error.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { Context } from './context.ts';

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

/** Of the objects a column consists of. */
const BARE_COLUMN_BYTES = 200;
const HISTOGRAM_BYTES = 200;

/** About how much memory a column holds: of its labels only the texts that were made for it. */
export function bytesOf({ labels, kinds, histograms }: Column): number {
  let bytes = BARE_COLUMN_BYTES + labels.madeBytes + kinds.length * 9;
  if (histograms === undefined) return bytes;
  bytes += kinds.length * 8;
  for (const kind of kinds) if (kind === HISTOGRAM) bytes += HISTOGRAM_BYTES;
  return bytes;
}

/** Says that of what was held since there were `before` bytes, these columns are left. */
export function settleOn(
  columns: readonly Column[],
  before: number,
  { query: { budget } }: Context,
): void {
  let bytes = before;
  for (const column of columns) bytes += bytesOf(column);
  budget.settle(bytes);
}

/** The work of looking at a column, beside that of its steps. */
const COLUMN_WORK = 16;
/** Texts are copied and hashed: so many bytes are as much work as one sample. */
export const BYTES_A_WORK = 32;

/** The work of a column, as {@link Budget.dueAfter} counts it. */
export function workOf(column: Column): number {
  return COLUMN_WORK + column.kinds.length + column.labels.madeBytes / BYTES_A_WORK;
}

/** Visits columns one by one and lets others run in between. */
export async function eachColumn(
  columns: readonly Column[],
  { query: { budget } }: Context,
  visit: (column: Column) => void,
): Promise<void> {
  for (const column of columns) {
    visit(column);
    if (budget.dueAfter(workOf(column))) await budget.pause();
  }
}

/** Makes a column of each, or none; counts what they hold and lets others run in between. */
export async function mapColumns(
  columns: readonly Column[],
  context: Context,
  make: (column: Column) => Column | undefined,
): Promise<Column[]> {
  const results: Column[] = [];
  await eachColumn(columns, context, (column) => {
    const made = make(column);
    if (made === undefined) return;
    context.query.budget.hold(bytesOf(made));
    results.push(made);
  });
  return results;
}

export const DUPLICATE_LABELS = 'vector cannot contain metrics with the same labelset';

/**
 * Joins columns with the same labels: they are one series that was present at different steps.
 *
 * @throws PromQLError `execution` where two of them have a sample at the same step
 */
export async function mergeSameLabels(
  columns: readonly Column[],
  context: Context,
  message = DUPLICATE_LABELS,
): Promise<Column[]> {
  if (columns.length < 2) return [...columns];
  const byLabels = new Map<string, number>();
  const merged: Column[] = [];
  const owned = new Set<number>();
  await eachColumn(columns, context, (column) => {
    const at = byLabels.get(column.labels.key);
    if (at === undefined) {
      byLabels.set(column.labels.key, merged.length);
      merged.push(column);
      return;
    }
    if (!owned.has(at)) {
      merged[at] = copy(merged[at]!);
      owned.add(at);
    }
    merged[at] = absorb(merged[at]!, column, message);
  });
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
