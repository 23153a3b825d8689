import { CUSTOM_SCHEMA, type FloatHistogram, histogram } from '@bellwether/promql';

/** A histogram with listed upper bounds. `counts` has one count more than there are bounds: of what is above them all. */
interface ListedBuckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum?: number | undefined;
}

/** The same as a native histogram with custom buckets, unchecked. */
export function customHistogram({ bounds, counts, count, sum = 0 }: ListedBuckets): FloatHistogram {
  const indices = [...counts.keys()].filter((i) => counts[i] !== 0);
  const positive = { indices, counts: indices.map((i) => counts[i]!) };
  return histogram({ schema: CUSTOM_SCHEMA, customValues: bounds, count, sum, positive });
}
