import type { LabelSet } from '../data/labels.ts';
import type { MatrixSeries } from '../data/value.ts';
import { executionError } from '../error.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { extendedWindow } from './extended-window.ts';
import { evalRange, type RangeVector, type Samples } from './range.ts';
import { sorted } from './sorted.ts';
import { windowsOf } from './windows.ts';

/** The value of a range vector expression at the one evaluation time: the samples in its window. */
export async function rangeSamples(node: Expr, context: Context): Promise<MatrixSeries[]> {
  if (node.kind !== 'matrix' && node.kind !== 'subquery')
    throw executionError('expected a range vector');
  const { budget } = context.query;
  const range = await evalRange(node, context);
  const delayed = context.query.features.delayedNameRemoval === true;
  const found: { labels: LabelSet; series: MatrixSeries }[] = [];
  for (const samples of range.series) {
    const inside = windowSamples(samples, range);
    if (inside === undefined) continue;
    if (node.kind === 'matrix') budget.touch(inside.times.length, context);
    const labels = delayed && samples.dropName ? samples.labels.anonymous : samples.labels;
    budget.hold(16 * inside.times.length);
    found.push({ labels, series: { labels: labels.labels, ...inside } });
    if (budget.dueAfter(samples.times.length)) await budget.pause();
  }
  const inOrder = await sorted(found, (a, b) => a.labels.compare(b.labels), budget);
  return inOrder.map(({ series }) => series);
}

function windowSamples(
  samples: Samples,
  range: RangeVector,
): Omit<MatrixSeries, 'labels'> | undefined {
  const end = range.references.start;
  if (range.mode !== 'plain') return extendedWindow(samples, range);
  const { lo, hi } = windowsOf(samples.times, { start: end, step: 0 }, range.range, 0, 1);
  const [from, to] = [lo[0]!, hi[0]!];
  if (from >= to) return undefined;
  const histograms = samples.histograms?.slice(from, to);
  return {
    times: samples.times.slice(from, to),
    values: samples.values.slice(from, to),
    ...(histograms?.some((histogram) => histogram !== undefined) && { histograms }),
  };
}
