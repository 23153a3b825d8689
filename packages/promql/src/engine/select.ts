import { LabelSet } from '../data/labels.ts';
import type { SeriesColumns } from '../data/series.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { At, Duration, VectorSelector } from '../syntax/ast.ts';
import type { Millis } from '../text/duration.ts';
import { bytesOf, type Column, FLOAT, HISTOGRAM, newColumn, newMixedColumn } from './column.ts';
import type { Context, QueryContext } from './context.ts';
import { durationMs } from './duration.ts';
import { firstAfter } from './first-after.ts';
import { lastTime } from './grid.ts';
import type { References } from './references.ts';
import { settleHints } from './reset-hints.ts';

/** Where a selector or subquery with these modifiers looks, step by step. */
export function referencesOf(
  modifiers: { readonly at: At | undefined; readonly offset: Duration | undefined },
  context: Context,
): References {
  const { query, grid } = context;
  const offset = durationMs(modifiers.offset, query);
  const pinned = instantOf(modifiers.at, query);
  if (pinned !== undefined) return { start: pinned - offset, step: 0 };
  return { start: grid.start - offset, step: grid.step };
}

export function instantOf(at: At | undefined, query: QueryContext): Millis | undefined {
  if (at === undefined) return undefined;
  if (at.kind === 'time') return at.ms;
  return at.kind === 'start' ? query.start : query.end;
}

/** The last of the times a selector looks at. */
export function lastReference(references: References, context: Context): Millis {
  return references.step === 0
    ? references.start
    : references.start + lastTime(context.grid) - context.grid.start;
}

/** What is asked of the source beyond matchers and the span: the windows, where nothing outside them counts. */
export interface Asked {
  readonly func?: string | undefined;
  /** Of a range selector; 0 for an instant selector. */
  readonly range: Millis;
  /** Absent: samples beyond the windows count too. */
  readonly references?: References;
}

/** A time and a value, and the objects they are in. */
const BYTES_A_SAMPLE = 16;
const BYTES_A_SERIES = 200;

/** Asks the source for a selector's series; the same question is asked once a query. */
export async function fetchSeries(
  selector: VectorSelector,
  window: { from: Millis; to: Millis },
  { func, range, references }: Asked,
  context: Context,
): Promise<readonly SeriesColumns[]> {
  const { query, grid } = context;
  const { budget } = query;
  const start = references?.start;
  const step = references === undefined || grid.count === 1 ? 0 : references.step;
  const key = JSON.stringify([
    selector.matchers.map((matcher) => [matcher.name, matcher.op, matcher.value]),
    window.from,
    window.to,
    [start, step, range],
    range === 0 ? undefined : func,
  ]);
  let answer = query.selected.get(key);
  if (answer === undefined) {
    answer = Promise.resolve(
      query.source.select(
        selector.matchers,
        window,
        { func, start, step, range, maxSamples: budget.unread },
        budget.signal,
      ),
    );
    query.selected.set(key, answer);
    const series = await answer;
    let [samples, wanted] = [0, 0];
    for (const { times } of series) {
      samples += times.length;
      wanted += firstAfter(times, window.to, 0) - firstAfter(times, window.from - 1, 0);
      if (budget.dueAfter(1)) await budget.pause();
    }
    budget.read({ series: series.length, samples, wanted });
    budget.keep(series.length * BYTES_A_SERIES + samples * BYTES_A_SAMPLE);
    budget.check();
  }
  const series = await answer;
  if (!query.counted.has(selector)) return series;
  const settled: SeriesColumns[] = [];
  for (const one of series) {
    settled.push(settleHints(one, window.from));
    if (budget.dueAfter(one.times.length)) await budget.pause();
  }
  return settled;
}

/** An instant vector selector at all steps: the newest sample at most one lookback old. */
export async function evalSelector(
  selector: VectorSelector,
  context: Context,
  func?: string,
): Promise<Column[]> {
  const { query, grid } = context;
  const references = referencesOf(selector, context);
  const from = references.start - query.lookbackMs + 1;
  const series = await fetchSeries(
    selector,
    { from, to: lastReference(references, context) },
    { func, range: 0, references },
    context,
  );
  const columns: Column[] = [];
  for (const one of series) {
    const column = pick(one, references, context);
    if (column !== undefined) {
      query.budget.hold(bytesOf(column));
      columns.push(column);
    }
    query.budget.spend(grid.count);
    if (query.budget.due()) await query.budget.pause();
  }
  return columns;
}

/** For each step, the index of the newest sample at or before its reference time; -1: none. */
export function newestIndices(
  times: Float64Array,
  references: References,
  lookback: Millis,
  steps: number,
): Int32Array {
  const newest = new Int32Array(steps);
  let at = firstAfter(times, references.start, 0) - 1;
  for (let i = 0; i < steps; i++) {
    const reference = references.start + i * references.step;
    while (at + 1 < times.length && times[at + 1]! <= reference) {
      at = firstAfter(times, reference, at + 1) - 1;
    }
    newest[i] = at >= 0 && times[at]! > reference - lookback ? at : -1;
  }
  return newest;
}

export function isStale(series: SeriesColumns, i: number): boolean {
  return series.stale !== undefined && (series.stale[i >> 3]! & (1 << (i & 7))) !== 0;
}

function pick(series: SeriesColumns, references: References, context: Context): Column | undefined {
  const { budget, lookbackMs } = context.query;
  const steps = context.grid.count;
  const newest = newestIndices(series.times, references, lookbackMs, steps);
  const labels = LabelSet.of(series.labels);
  const column: Column =
    series.histograms === undefined
      ? newColumn(labels, false, steps)
      : newMixedColumn(labels, false, steps);
  const { values, kinds, histograms } = column;
  const { stale } = series;
  let found = 0;
  let foundHistograms = 0;
  for (let i = 0; i < steps; i++) {
    const at = newest[i]!;
    if (at < 0) continue;
    if (stale !== undefined && (stale[at >> 3]! & (1 << (at & 7))) !== 0) continue;
    const histogram: FloatHistogram | undefined = series.histograms?.[at];
    found++;
    if (histogram === undefined) {
      values[i] = series.values[at]!;
      kinds[i] = FLOAT;
    } else {
      foundHistograms++;
      histograms![i] = histogram;
      kinds[i] = HISTOGRAM;
    }
  }
  if (found === 0) return undefined;
  budget.touch(found, context);
  return foundHistograms === 0 && histograms !== undefined
    ? { ...column, histograms: undefined }
    : column;
}
