import { type Labels, labelsKey, type Millis } from '@bellwether/promql';

/**
 * A series, and what the time from its oldest to its newest sample has in common with what was asked for. Whether it
 * paused just then is not looked at.
 */
export interface SeriesExtent {
  readonly labels: Labels;
  readonly first: Millis;
  readonly last: Millis;
}

/** Of each series one, as of both together. */
export function joinExtents(
  older: readonly SeriesExtent[],
  newer: readonly SeriesExtent[],
): SeriesExtent[] {
  const joined = new Map(older.map((one) => [labelsKey(one.labels), one]));
  for (const one of newer) {
    const key = labelsKey(one.labels);
    const before = joined.get(key);
    joined.set(
      key,
      before === undefined
        ? one
        : {
            labels: before.labels,
            first: Math.min(before.first, one.first),
            last: Math.max(before.last, one.last),
          },
    );
  }
  return [...joined.values()];
}
