/** Three missed polls: from then on the numbers are the past, whatever the reason. */
export const MAX_AGE_MS = 15_000;

/**
 * Whether the numbers on the page may be shown as the present.
 * `lost`: the last request failed. `old`: answers arrive, but of a moment too long ago.
 */
export type Freshness = 'current' | 'old' | 'lost';

export function judgeFreshness(ageMs: number, lastRequestFailed: boolean): Freshness {
  if (lastRequestFailed) return 'lost';
  return ageMs > MAX_AGE_MS ? 'old' : 'current';
}
