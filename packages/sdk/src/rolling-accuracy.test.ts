import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingAccuracy } from './rolling-accuracy.ts';

describe('rolling accuracy', () => {
  it('is the share of right answers among the last ones', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 20 }), (outcomes, size) => {
        const rolling = new RollingAccuracy(size);
        for (const outcome of outcomes) rolling.record(outcome);
        const recent = outcomes.slice(-size);
        expect(rolling.samples).toBe(recent.length);
        expect(rolling.value).toBe(recent.filter(Boolean).length / recent.length);
      }),
    );
  });
});
