import { LabelSet } from '../data/labels.ts';
import type { SeriesColumns } from '../data/series.ts';
import { interpolateFloat, interpolateHistogram } from '../functions/interpolate.ts';
import { usesCustomBuckets } from '../histogram/float-histogram.ts';
import type { VectorSelector } from '../syntax/ast.ts';
import { bytesOf, type Column, FLOAT, HISTOGRAM, isEmpty, newMixedColumn } from './column.ts';
import type { Context } from './context.ts';
import { noteMixedFloats, noteMixedSchemas } from './histogram-notes.ts';
import { fetchSeries, isStale, lastReference, referencesOf } from './select.ts';
import { windowsOf } from './windows.ts';

/** `selector smoothed`: the value between the samples before and after, each at most a lookback away. */
export async function evalSmoothed(selector: VectorSelector, context: Context): Promise<Column[]> {
  const { query, grid } = context;
  const references = referencesOf(selector, context);
  const window = {
    from: references.start - query.lookbackMs + 1,
    to: lastReference(references, context) + query.lookbackMs,
  };
  const columns: Column[] = [];
  for (const raw of await fetchSeries(selector, window, { range: 0 }, context)) {
    const series = withoutStale(raw);
    const column = newMixedColumn(LabelSet.of(series.labels), false, grid.count);
    const { lo, hi } = windowsOf(
      series.times,
      references,
      query.lookbackMs,
      query.lookbackMs,
      grid.count,
    );
    for (let i = 0; i < grid.count; i++) {
      const time = references.start + i * references.step;
      smoothAt(series, lo[i]!, hi[i]!, time, i, column, selector, context);
    }
    if (!isEmpty(column)) {
      const plain = !column.kinds.includes(HISTOGRAM);
      const made = plain ? { ...column, histograms: undefined } : column;
      query.budget.hold(bytesOf(made));
      columns.push(made);
    }
    if (query.budget.due()) await query.budget.pause();
  }
  return columns;
}

function withoutStale(series: SeriesColumns): SeriesColumns {
  const kept = [...series.times.keys()].filter((i) => !isStale(series, i));
  if (kept.length === series.times.length) return series;
  return {
    labels: series.labels,
    times: Float64Array.from(kept, (i) => series.times[i]!),
    values: Float64Array.from(kept, (i) => series.values[i]!),
    histograms: series.histograms && kept.map((i) => series.histograms![i]),
  };
}

function smoothAt(
  series: SeriesColumns,
  lo: number,
  hi: number,
  time: number,
  step: number,
  column: ReturnType<typeof newMixedColumn>,
  selector: VectorSelector,
  context: Context,
): void {
  const { times, values, histograms } = series;
  if (hi <= lo) return;
  const { annotations } = context.query;
  const name = series.labels['__name__'] ?? '';
  const isHistogram = (k: number): boolean => histograms?.[k] !== undefined;
  for (let k = lo + 1; k < hi; k++) {
    if (isHistogram(k) === isHistogram(lo)) continue;
    noteMixedFloats(annotations, name, selector);
    return;
  }
  let next = lo;
  while (next < hi && times[next]! < time) next++;
  const exact = next < hi && times[next] === time;
  if (!exact && next === lo) return;
  const from = exact || next === hi ? (exact ? next : next - 1) : undefined;
  if (!isHistogram(lo)) {
    column.values[step] =
      from === undefined
        ? interpolateFloat(
            times[next - 1]!,
            values[next - 1]!,
            times[next]!,
            values[next]!,
            time,
            false,
          )
        : values[from]!;
    column.kinds[step] = FLOAT;
    return;
  }
  if (from === undefined) {
    const [a, b] = [histograms![next - 1]!, histograms![next]!];
    if (usesCustomBuckets(a) !== usesCustomBuckets(b)) {
      noteMixedSchemas(annotations, name, selector);
      return;
    }
    const counter = a.hint !== 'gauge' && b.hint !== 'gauge';
    column.histograms[step] = interpolateHistogram(
      times[next - 1]!,
      a,
      times[next]!,
      b,
      time,
      counter,
    );
  } else {
    column.histograms[step] = histograms![from];
  }
  column.kinds[step] = HISTOGRAM;
}
