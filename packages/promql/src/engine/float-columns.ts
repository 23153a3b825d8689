import { type Column, FLOAT, HISTOGRAM, mapColumns, mergeSameLabels } from './column.ts';
import type { Context } from './context.ts';

/** A function of each float; the result is another quantity, so the metric's name goes. */
export async function mapFloats(
  columns: readonly Column[],
  context: Context,
  map: (value: number, step: number) => number,
): Promise<Column[]> {
  const delayed = context.query.features.delayedNameRemoval === true;
  const mapped = await mapColumns(columns, context, (column) => {
    const { kinds, values } = column;
    const results = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) if (kinds[i] === FLOAT) results[i] = map(values[i]!, i);
    return {
      labels: delayed ? column.labels : column.labels.anonymous,
      dropName: true,
      values: results,
      kinds: floatsOnly(column),
      histograms: undefined,
    };
  });
  return delayed ? mapped : mergeSameLabels(mapped, context);
}

/** Where a column has floats. */
export function floatsOnly(column: Column): Uint8Array {
  if (column.histograms === undefined) return column.kinds;
  return column.kinds.map((kind) => (kind === HISTOGRAM ? 0 : kind));
}
