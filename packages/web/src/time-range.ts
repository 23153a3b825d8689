import type { Grid } from './api/matrix.ts';

/** How far back the lines go. Steps give 240 to 360 points: no more than a panel has pixels for. */
const RANGES = {
  '1h': { label: '1 h', seconds: 3_600, step: 15 },
  '6h': { label: '6 h', seconds: 21_600, step: 60 },
  '24h': { label: '24 h', seconds: 86_400, step: 300 },
} as const;

export type TimeRange = keyof typeof RANGES;

export const TIME_RANGES = (Object.keys(RANGES) as TimeRange[]).map((value) => ({
  value,
  label: RANGES[value].label,
}));

export function isTimeRange(text: string | null): text is TimeRange {
  return text !== null && Object.hasOwn(RANGES, text);
}

export const rangeLabel = (range: TimeRange) => RANGES[range].label;

/**
 * The steps of a range that ends at or just before `at` (Unix ms). Both ends are multiples of the step,
 * so that a line keeps its shape from one refresh to the next instead of wobbling.
 */
export function gridOf(range: TimeRange, at: number): Grid {
  const { seconds, step } = RANGES[range];
  const end = Math.floor(at / 1000 / step) * step;
  return { start: end - seconds, end, step };
}
