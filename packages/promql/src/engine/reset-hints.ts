import type { SeriesColumns } from '../data/series.ts';
import { detectReset } from '../histogram/compare.ts';
import type { FloatHistogram } from '../histogram/float-histogram.ts';
import type { Expr, VectorSelector } from '../syntax/ast.ts';
import { walkWith } from '../syntax/walk.ts';
import type { Millis } from '../text/duration.ts';
import { firstAfter } from './first-after.ts';

const COUNTS: ReadonlySet<string> = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
const WHOLE: ReadonlySet<string> = new Set(['histogram_quantile', 'histogram_fraction']);

/**
 * The selectors of which only counts and sums are asked. Prometheus reads those without their buckets
 * and settles from sample to sample whether a counter was reset, so that later conflicts show.
 */
export function countedSelectors(expr: Expr): ReadonlySet<VectorSelector> {
  const counted = new Set<VectorSelector>();
  walkWith(expr, { counts: false, whole: false }, (node, { counts, whole }) => {
    if (node.kind === 'selector' && counts && !whole) counted.add(node);
    const func = node.kind === 'call' ? node.func : '';
    return {
      counts: counts || COUNTS.has(func),
      whole: whole || node.kind === 'subquery' || WHOLE.has(func),
    };
  });
  return counted;
}

/** The series with unknown reset hints settled by comparing each histogram with the one before it. */
export function settleHints(series: SeriesColumns, from: Millis): SeriesColumns {
  if (series.histograms === undefined) return series;
  const first = firstAfter(series.times, from - 1, 0);
  let before: FloatHistogram | undefined;
  const histograms = series.histograms.map((histogram, i) => {
    if (histogram === undefined || i < first) return histogram;
    const previous = before;
    before = histogram;
    if (previous === undefined || histogram.hint !== 'unknown') return histogram;
    const hint = detectReset(histogram, previous) ? 'reset' : 'not_reset';
    return { ...histogram, hint } as const;
  });
  return { ...series, histograms };
}
