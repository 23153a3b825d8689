import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitCalibration, probability } from './calibration.ts';

const logit = (share: number) => Math.log(share / (1 - share));

describe('calibration', () => {
  it('gives back the shares of two groups of cases, where the solution is known exactly', () => {
    // With two different scores the most likely curve goes through both observed shares.
    const counted = fc.record({
      right: fc.integer({ min: 1, max: 20 }),
      wrong: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(counted, counted, (low, high) => {
        const scores: number[] = [];
        const positives: boolean[] = [];
        for (const [score, { right, wrong }] of [low, high].entries()) {
          for (let n = 0; n < right + wrong; n += 1) {
            scores.push(score);
            positives.push(n < right);
          }
        }
        const { intercept, slope } = fitCalibration(scores, positives);
        const [atLow, atHigh] = [low, high].map(({ right, wrong }) =>
          logit(right / (right + wrong)),
        );
        expect(intercept).toBeCloseTo(atLow!, 3);
        expect(slope).toBeCloseTo(atHigh! - atLow!, 3);
      }),
    );
  });

  it('is even where the evidence is', () => {
    expect(probability({ slope: 2, intercept: 0 }, 0)).toBe(0.5);
  });

  it('stays finite when the score tells the classes apart without a mistake', () => {
    const { intercept, slope } = fitCalibration([-2, -1, 1, 2], [false, false, true, true]);
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
    expect(probability({ slope, intercept }, 2)).toBeGreaterThan(0.99);
  });
});
