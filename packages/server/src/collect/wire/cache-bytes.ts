import { getHeapStatistics } from 'node:v8';

/**
 * What one generation of what a door remembers may take: little of what V8 may use at all, as several caches may be full.
 * Those that have no generations may take two.
 */
export const CACHE_BYTES = Math.min(128 * 2 ** 20, getHeapStatistics().heap_size_limit / 32);
