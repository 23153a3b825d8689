import type { Matcher } from '../syntax/ast.ts';
import { compileMatcher } from './matcher.ts';
import type { SeriesColumns, SeriesSource } from './series.ts';

/**
 * A source over series held in memory; every select looks at every series.
 *
 * @example
 * const source = arraySource([
 *   { labels: { __name__: 'up' }, times: Float64Array.of(0), values: Float64Array.of(1) },
 * ]);
 */
export function arraySource(series: Iterable<SeriesColumns>): SeriesSource {
  const all = [...series];
  return { select: (matchers) => all.filter(matchSeries(matchers)) };
}

/** Whether a series' labels satisfy all matchers; a missing label counts as the empty string. */
export function matchSeries(
  matchers: readonly Matcher[],
): (series: Pick<SeriesColumns, 'labels'>) => boolean {
  const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
  return (series) =>
    tests.every(([name, test]) =>
      test(Object.hasOwn(series.labels, name) ? series.labels[name]! : ''),
    );
}
