/** What a row of `bellwether.all_samples` holds. A stale marker and a histogram both have NaN as their value. */
export const KIND = { float: 0, stale: 1, histogram: 2 } as const;
