import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluationSlot, groupOffsetMs, nextEvaluation } from './schedule.ts';

const interval = fc.integer({ min: 1000, max: 3_600_000 });
const time = fc.integer({ min: 3_600_000, max: 2_000_000_000_000 });

describe('the slots of a group', () => {
  it('lie one interval apart, and the latest is never in the future', () => {
    fc.assert(
      fc.property(time, interval, fc.string(), (now, every, name) => {
        const offset = groupOffsetMs({ file: 'f', name }, every);
        const slot = evaluationSlot(now, every, offset);
        expect(slot).toBeLessThanOrEqual(now);
        expect(slot).toBeGreaterThan(now - every);
        expect((slot - offset) % every).toBe(0);
        expect(evaluationSlot(slot, every, offset)).toBe(slot);
      }),
    );
  });

  it('stay where they are over restarts and differ between groups', () => {
    const offsets = ['a', 'b', 'c', 'd'].map((name) => groupOffsetMs({ file: 'f', name }, 60_000));
    expect(offsets).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => groupOffsetMs({ file: 'f', name }, 60_000)),
    );
    expect(new Set(offsets).size).toBe(4);
  });

  it('spread over the interval', () => {
    const offsets = Array.from({ length: 1000 }, (_, i) =>
      groupOffsetMs({ file: 'f', name: `group ${i}` }, 60_000),
    );
    const quarters = [0, 0, 0, 0];
    for (const offset of offsets) quarters[Math.floor(offset / 15_000)]! += 1;
    for (const count of quarters) expect(count).toBeGreaterThan(150);
  });
});

describe('the next evaluation', () => {
  it('is not before its slot', () => {
    expect(nextEvaluation(1000, 1999, 1000)).toBeUndefined();
    expect(nextEvaluation(1000, 2000, 1000)).toEqual({ at: 2000, missed: 0 });
  });

  it('skips the slots that have passed, and counts them', () => {
    expect(nextEvaluation(1000, 5500, 1000)).toEqual({ at: 5000, missed: 3 });
  });
});
