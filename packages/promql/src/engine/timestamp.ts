import { LabelSet } from '../data/labels.ts';
import type { SeriesColumns } from '../data/series.ts';
import type { Call, VectorSelector } from '../syntax/ast.ts';
import {
  ABSENT,
  bytesOf,
  type Column,
  FLOAT,
  mapColumns,
  mergeSameLabels,
  newColumn,
} from './column.ts';
import type { Context } from './context.ts';
import { timeAt } from './grid.ts';
import { unwrap } from './invariant.ts';
import { evalVector } from './operands.ts';
import { fetchSeries, isStale, lastReference, newestIndices, referencesOf } from './select.ts';

/** `timestamp`: when the sample was taken; of anything but a selector, the evaluation time. */
export async function evalTimestamp(node: Call, context: Context): Promise<Column[]> {
  const argument = unwrap(node.args[0]!);
  if (argument.kind === 'selector')
    return perSample(argument, context, (series, at) => series.times[at]! / 1000);
  const columns = await evalVector(argument, context);
  return named(
    await mapColumns(columns, context, (column) => ({
      ...column,
      kinds: column.kinds.map((kind) => (kind === ABSENT ? ABSENT : FLOAT)),
      values: column.values.map((_, i) => timeAt(context.grid, i) / 1000),
      histograms: undefined,
    })),
    context,
  );
}

/** `start_timestamp`: when the sample's counter started, 0 where unknown; only selectors know it. */
export async function evalStartTimestamp(node: Call, context: Context): Promise<Column[]> {
  const argument = unwrap(node.args[0]!);
  if (argument.kind !== 'selector') return [];
  return perSample(argument, context, (series, at) => (series.startTimes?.[at] ?? 0) / 1000);
}

async function perSample(
  selector: VectorSelector,
  context: Context,
  read: (series: SeriesColumns, at: number) => number,
): Promise<Column[]> {
  const { query, grid } = context;
  const references = referencesOf(selector, context);
  const window = {
    from: references.start - query.lookbackMs + 1,
    to: lastReference(references, context),
  };
  const columns: Column[] = [];
  const asked = { func: 'timestamp', range: 0, references };
  for (const series of await fetchSeries(selector, window, asked, context)) {
    const column = newColumn(LabelSet.of(series.labels), true, grid.count);
    let found = 0;
    const newest = newestIndices(series.times, references, query.lookbackMs, grid.count);
    for (let i = 0; i < grid.count; i++) {
      const at = newest[i]!;
      if (at < 0 || isStale(series, at)) continue;
      column.values[i] = read(series, at);
      column.kinds[i] = FLOAT;
      found++;
    }
    query.budget.touch(found, context);
    if (found > 0) {
      query.budget.hold(bytesOf(column));
      columns.push(column);
    }
    if (query.budget.due()) await query.budget.pause();
  }
  return named(columns, context);
}

async function named(columns: readonly Column[], context: Context): Promise<Column[]> {
  const delayed = context.query.features.delayedNameRemoval === true;
  const result = columns.map((column) => ({
    ...column,
    labels: delayed ? column.labels : column.labels.anonymous,
    dropName: true,
  }));
  return delayed ? result : mergeSameLabels(result, context);
}
