import { useEffect, useState } from 'react';
import type { Reading } from './api/overview.ts';
import { type Freshness, judgeFreshness, MAX_AGE_MS } from './freshness.ts';

/** How old the numbers of a reading are at `now` by this browser's clock, in ms. */
export function ageOf(reading: Reading, now: number): number {
  return reading.ageOnArrivalMs + Math.max(0, now - reading.receivedAt);
}

/** Judges a reading again at the very moment it becomes too old, without rendering every second. */
export function useFreshness(reading: Reading | undefined, lastRequestFailed: boolean): Freshness {
  const [, rejudge] = useState(0);
  useEffect(() => {
    if (reading === undefined) return;
    const dueMs = MAX_AGE_MS - ageOf(reading, Date.now()) + 1;
    if (dueMs <= 0) return;
    const timer = setTimeout(() => rejudge((count) => count + 1), dueMs);
    return () => clearTimeout(timer);
  }, [reading]);
  return judgeFreshness(reading === undefined ? 0 : ageOf(reading, Date.now()), lastRequestFailed);
}
