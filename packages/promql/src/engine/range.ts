import { LabelSet } from '../data/labels.ts';
import type { SeriesColumns } from '../data/series.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { MatrixSelector, RangeMode, Subquery } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';
import { ABSENT, type Column, HISTOGRAM } from './column.ts';
import type { Context } from './context.ts';
import { durationMs, positiveMs } from './duration.ts';
import { firstAfter } from './first-after.ts';
import { type Grid, timeAt } from './grid.ts';
import { evalVector } from './operands.ts';
import type { References } from './references.ts';
import { fetchSeries, isStale, lastReference, referencesOf } from './select.ts';

/** The samples of one series a range function works on; no stale markers among them. */
export interface Samples {
  readonly labels: LabelSet;
  readonly dropName: boolean;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly histograms: readonly (FloatHistogram | undefined)[] | undefined;
  readonly startTimes: Float64Array | undefined;
  /** How many samples each one stands for; undefined: one each. */
  readonly weights: Float64Array | undefined;
}

/** A range vector: series, and how each step's window lies on them. */
export interface RangeVector {
  readonly series: readonly Samples[];
  readonly references: References;
  readonly range: Millis;
  readonly mode: RangeMode;
}

/** Fetches or computes the samples under a range selector or subquery. */
export async function evalRange(
  expr: MatrixSelector | Subquery,
  context: Context,
  func?: string,
): Promise<RangeVector> {
  return expr.kind === 'matrix'
    ? evalMatrix(expr, context, func)
    : evalSubquery(expr, context, func);
}

async function evalMatrix(
  expr: MatrixSelector,
  context: Context,
  func: string | undefined,
): Promise<RangeVector> {
  const { query } = context;
  const { selector } = expr;
  const range = positiveMs(expr.range, query);
  const references = referencesOf(selector, context);
  const before = range + (selector.mode === 'plain' ? 0 : query.lookbackMs);
  const after = selector.mode === 'smoothed' ? query.lookbackMs : 0;
  const window = {
    from: references.start - before + 1,
    to: lastReference(references, context) + after,
  };
  const asked = selector.mode === 'plain' ? { func, range, references } : { func, range };
  const fetched = await fetchSeries(selector, window, asked, context);
  const series: Samples[] = [];
  for (const one of fetched) {
    const samples = cut(one, window, query.features.startTimestamps === true);
    if (samples === undefined) continue;
    query.budget.spend(samples.times.length);
    series.push(samples);
    if (query.budget.due()) await query.budget.pause();
  }
  return { series, references, range, mode: selector.mode };
}

/** The part of a series inside the window, as a view where no stale marker has to go. */
function cut(
  series: SeriesColumns,
  window: { from: Millis; to: Millis },
  withStartTimes: boolean,
): Samples | undefined {
  const { times, values } = series;
  const first = firstAfter(times, window.from - 1, 0);
  const end = firstAfter(times, window.to, first);
  if (first >= end) return undefined;
  const labels = LabelSet.of(series.labels);
  const startTimes = withStartTimes ? series.startTimes : undefined;
  if (hasStale(series, first, end)) return withoutStale(series, labels, first, end, startTimes);
  const histograms = series.histograms?.slice(first, end);
  const whole = first === 0 && end === times.length;
  return {
    labels,
    dropName: false,
    times: whole ? times : times.subarray(first, end),
    values: whole ? values : values.subarray(first, end),
    histograms: histograms?.some((histogram) => histogram !== undefined) ? histograms : undefined,
    startTimes: whole ? startTimes : startTimes?.subarray(first, end),
    weights: whole ? series.weights : series.weights?.subarray(first, end),
  };
}

function hasStale(series: SeriesColumns, first: number, end: number): boolean {
  const { stale } = series;
  if (stale === undefined) return false;
  for (let byte = first >> 3; byte <= (end - 1) >> 3; byte++) {
    if (stale[byte] === 0) continue;
    for (let i = Math.max(first, byte * 8); i < Math.min(end, byte * 8 + 8); i++) {
      if (isStale(series, i)) return true;
    }
  }
  return false;
}

function withoutStale(
  series: SeriesColumns,
  labels: LabelSet,
  first: number,
  end: number,
  startTimes: Float64Array | undefined,
): Samples | undefined {
  const kept: number[] = [];
  for (let i = first; i < end; i++) if (!isStale(series, i)) kept.push(i);
  if (kept.length === 0) return undefined;
  const pickFrom = (column: Float64Array): Float64Array =>
    Float64Array.from(kept, (i) => column[i]!);
  const histograms = series.histograms && kept.map((i) => series.histograms![i]);
  return {
    labels,
    dropName: false,
    times: pickFrom(series.times),
    values: pickFrom(series.values),
    histograms: histograms?.some((histogram) => histogram !== undefined) ? histograms : undefined,
    startTimes: startTimes && pickFrom(startTimes),
    weights: series.weights && pickFrom(series.weights),
  };
}

async function evalSubquery(
  expr: Subquery,
  context: Context,
  func: string | undefined,
): Promise<RangeVector> {
  const { query } = context;
  const range = positiveMs(expr.range, query);
  const step = expr.step === undefined ? query.subqueryStepMs(range) : positiveMs(expr.step, query);
  durationMs(expr.offset, query);
  const references = referencesOf(expr, context);
  const earliest = references.start - range;
  // Steps lie on multiples of the step since the epoch; the window is open on the left.
  const start = (Math.floor(earliest / step) + 1) * step;
  const end = lastReference(references, context);
  const count = end < start ? 0 : Math.floor((end - start) / step) + 1;
  query.budget.steps(count);
  const grid: Grid = { start, step, count };
  // Under a function its windows on the result are what counts; without one, what the steps of the subquery touch.
  const weight = func === undefined ? 1 : 0;
  const columns = count === 0 ? [] : await evalVector(expr.expr, { query, grid, weight });
  const series: Samples[] = [];
  for (const column of columns) {
    const samples = compact(column, grid);
    if (samples !== undefined) {
      query.budget.hold(16 * samples.times.length);
      series.push(samples);
    }
    if (query.budget.due()) await query.budget.pause();
  }
  return { series, references, range, mode: 'plain' };
}

/** A column's present steps as samples. */
function compact(column: Column, grid: Grid): Samples | undefined {
  const { kinds } = column;
  let count = 0;
  let mixed = false;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] !== ABSENT) count++;
    if (kinds[i] === HISTOGRAM) mixed = true;
  }
  if (count === 0) return undefined;
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const histograms: (FloatHistogram | undefined)[] | undefined = mixed ? [] : undefined;
  let at = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === ABSENT) continue;
    times[at] = timeAt(grid, i);
    values[at] = column.values[i]!;
    if (histograms !== undefined) histograms.push(forgetReset(column.histograms?.[i]));
    at++;
  }
  return {
    labels: column.labels,
    dropName: column.dropName,
    times,
    values,
    histograms,
    startTimes: undefined,
    weights: undefined,
  };
}

/**
 * A subquery may skip or repeat samples, so what a sample knew about the one before it no longer
 * holds: resets are found from the counts again.
 */
function forgetReset(histogram: FloatHistogram | undefined): FloatHistogram | undefined {
  if (histogram?.hint === 'reset' || histogram?.hint === 'not_reset')
    return { ...histogram, hint: 'unknown' };
  return histogram;
}
