import { compareText } from '../data/labels.ts';
import type { Call } from '../syntax/ast.ts';
import { type Column, FLOAT, mapColumns } from './column.ts';
import type { Context } from './context.ts';
import { floatsOnly } from './float-columns.ts';
import { evalVector, stringValue } from './operands.ts';
import { sorted } from './sorted.ts';

/** `sort`, `sort_desc`, `sort_by_label`, `sort_by_label_desc`: order matters in instant queries only. */
export async function sortColumns(node: Call, context: Context): Promise<Column[]> {
  const { query, grid } = context;
  // Also as the steps of a subquery; not where it is the same at every step, which is evaluated once.
  if (grid.count > 1) {
    query.annotations.warn(
      'sort is ineffective for range queries since results are always ordered by labels',
      node,
    );
  }
  const columns = await evalVector(node.args[0]!, context);
  if (node.func === 'sort_by_label' || node.func === 'sort_by_label_desc') {
    const labels = node.args.slice(1).map(stringValue);
    const sign = node.func === 'sort_by_label' ? 1 : -1;
    return sorted(columns, (a, b) => sign * compareByLabels(a, b, labels), query.budget);
  }
  const floats = await mapColumns(columns, context, (column) => {
    const kinds = floatsOnly(column);
    return kinds.includes(FLOAT) ? { ...column, kinds, histograms: undefined } : undefined;
  });
  const sign = node.func === 'sort' ? 1 : -1;
  return sorted(floats, (a, b) => byValue(a.values[0]!, b.values[0]!, sign), query.budget);
}

/** NaN goes last in both directions. */
export function byValue(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

function compareByLabels(a: Column, b: Column, labels: readonly string[]): number {
  for (const label of labels) {
    const order = compareNatural(a.labels.get(label), b.labels.get(label));
    if (order !== 0) return order;
  }
  return a.labels.compare(b.labels);
}

/** Runs of digits compare as numbers, everything else as text: `a2` before `a10`. */
function compareNatural(a: string, b: string): number {
  const chunksA = a.match(/\d+|\D+/g) ?? [];
  const chunksB = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(chunksA.length, chunksB.length); i++) {
    const chunkA = chunksA[i]!;
    const chunkB = chunksB[i]!;
    const numeric = /^\d/.test(chunkA) && /^\d/.test(chunkB);
    const order = numeric ? Number(chunkA) - Number(chunkB) : compareText(chunkA, chunkB);
    if (order !== 0) return order;
    if (numeric && chunkA.length !== chunkB.length) return chunkA.length - chunkB.length;
  }
  return chunksA.length - chunksB.length || compareText(a, b);
}
