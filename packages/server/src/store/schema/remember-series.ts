/** How often the labels of a series that goes on are written again, so that they outlive its samples. */
export const REMEMBER_SERIES_MS = 24 * 3_600_000;
