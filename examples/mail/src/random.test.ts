import { describe, expect, it } from 'vitest';
import { randomStream } from './random.ts';

function take(count: number, random: () => number): number[] {
  return Array.from({ length: count }, random);
}

describe('random stream', () => {
  it('depends on seed and stream alone', () => {
    expect(take(5, randomStream(1, 1e9))).toEqual(take(5, randomStream(1, 1e9)));
    expect(take(5, randomStream(1, 1e9))).not.toEqual(take(5, randomStream(2, 1e9)));
    expect(take(5, randomStream(1, 1e9))).not.toEqual(take(5, randomStream(1, 1e9 + 1)));
  });

  it('is uniform within a stream and over the first numbers of many streams', () => {
    const within = take(10_000, randomStream(7, 3));
    const across = Array.from({ length: 10_000 }, (_, n) => randomStream(7, 1.7e9 + n)());
    for (const numbers of [within, across]) {
      const counts = new Array<number>(10).fill(0);
      for (const number of numbers) counts[Math.floor(number * 10)]! += 1;
      const chiSquare = counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
      // 27.88 is the 99.9th percentile of chi-square with 9 degrees of freedom.
      expect(chiSquare).toBeLessThan(27.88);
    }
  });
});
