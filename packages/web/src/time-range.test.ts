import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridOf, isTimeRange, TIME_RANGES } from './time-range.ts';

const ranges = fc.constantFrom(...TIME_RANGES.map(({ value }) => value));
const moments = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });

test('a grid ends within one step before the moment it is for', () => {
  fc.assert(
    fc.property(ranges, moments, (range, at) => {
      const { end, step } = gridOf(range, at);
      expect(at / 1000 - end).toBeGreaterThanOrEqual(0);
      expect(at / 1000 - end).toBeLessThan(step);
    }),
  );
});

test('two grids of one range share their points where they overlap', () => {
  fc.assert(
    fc.property(ranges, moments, moments, (range, one, other) => {
      const a = gridOf(range, one);
      const b = gridOf(range, other);
      expect(Math.abs(a.end - b.end) % a.step).toBe(0);
      expect(a.end - a.start).toBe(b.end - b.start);
    }),
  );
});

test('only the ranges on offer are taken from an address', () => {
  expect(isTimeRange('6h')).toBe(true);
  expect(isTimeRange('7h')).toBe(false);
  expect(isTimeRange('toString')).toBe(false);
  expect(isTimeRange(null)).toBe(false);
});
