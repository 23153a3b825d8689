import { describe, expect, it } from 'vitest';
import { RecentCache } from './recent-cache.ts';

describe('what was made of recent texts', () => {
  it('is kept while it keeps coming, and within its bytes', () => {
    const cache = new RecentCache<object>(1 << 20);
    const often = cache.get('often', () => ({}));
    for (let i = 0; i < 1000; i++) {
      cache.get(String(i).padStart(10_000, '0'), () => ({}));
      expect(cache.get('often', () => ({}))).toBe(often);
    }
    // Two generations of a megabyte, in which a key of ten thousand characters takes forty thousand bytes.
    expect(cache.size).toBeLessThan(60);
  });
});
