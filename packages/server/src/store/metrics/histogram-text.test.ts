import { histogram } from '@bellwether/promql';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramFromText, histogramToText } from './histogram-text.ts';

it('gives back every histogram as it was', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0));
  const buckets = fc
    .uniqueArray(fc.integer({ min: -500, max: 500 }), { maxLength: 20 })
    .map((indices) => indices.sort((a, b) => a - b))
    .map((indices) => ({ indices, counts: indices.map((i) => Math.abs(i) + 0.5) }));
  const parts = fc.record({
    sum: number,
    count: fc.nat(),
    positive: buckets,
    negative: buckets,
    customValues: fc.array(number),
  });
  fc.assert(
    fc.property(parts, (some) => {
      const one = histogram(some);
      expect(histogramFromText(histogramToText(one))).toEqual(one);
    }),
    { numRuns: 1000 },
  );
});
