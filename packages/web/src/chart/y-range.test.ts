import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Mark, yRange } from './y-range.ts';

const mark = (value: number): Mark => ({ value, tone: 'critical', label: '', side: 'above' });
const values = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })));

describe('the value axis of rates and durations', () => {
  test('starts at zero', () => {
    expect(yRange([40, 50], [], 'from-zero').min).toBe(0);
  });

  test('takes in a bound that is near', () => {
    expect(yRange([0.2], [mark(0.5)], 'from-zero').max).toBeGreaterThan(0.5);
  });

  test('leaves out a bound that would press the line flat', () => {
    expect(yRange([0.004], [mark(0.05)], 'from-zero').max).toBeLessThan(0.05);
  });

  test('shows the nearest bound when the data are all zero', () => {
    const { max } = yRange([0, 0], [mark(0.02), mark(0.05)], 'from-zero');
    expect(max).toBeGreaterThan(0.02);
    expect(max).toBeLessThan(0.05);
  });

  test('is a proper range without any data', () => {
    expect(yRange([null], [], 'from-zero')).toEqual({ min: 0, max: 1 });
  });

  test('holds every value, whatever they are', () => {
    fc.assert(
      fc.property(values, fc.array(fc.double({ min: 0, max: 10, noNaN: true })), (data, bounds) => {
        const { min, max } = yRange(data, bounds.map(mark), 'from-zero');
        expect(max).toBeGreaterThan(min);
        for (const value of data) {
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});

describe('the value axis of accuracy', () => {
  test('shows data, bounds and the whole of 100 %', () => {
    const { min, max } = yRange([0.91, 0.95], [mark(0.85), mark(0.7)], 'share-near-one');
    expect(min).toBeGreaterThan(0.5);
    expect(min).toBeLessThan(0.7);
    expect(max).toBeGreaterThan(1);
  });

  test('never shows a negative share', () => {
    expect(yRange([0.001], [mark(0.7)], 'share-near-one').min).toBe(0);
  });

  test('is the whole share without data and bounds', () => {
    expect(yRange([], [], 'share-near-one')).toEqual({ min: 0, max: 1 });
  });
});
