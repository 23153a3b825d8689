import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals, hardShareAt, rateAt, type TrafficPlan } from './traffic-plan.ts';

const HOUR = 3_600_000;
const HARD_FROM = Date.UTC(2026, 5, 1, 12);
const PLAN: TrafficPlan = {
  seed: 1,
  hardFrom: HARD_FROM,
  sizes: { 'easy-ham-2': 1400, 'spam-2': 1396, 'hard-ham-1': 250 },
};

const moment = fc.integer({ min: HARD_FROM - 5 * HOUR, max: HARD_FROM + HOUR });

describe('traffic plan', () => {
  it('gives for two adjoining spans what it gives for both as one', () => {
    const span = fc.integer({ min: 0, max: 120_000 });
    fc.assert(
      fc.property(moment, span, span, (from, first, second) => {
        const [middle, to] = [from + first, from + first + second];
        expect([...arrivals(from, middle, PLAN), ...arrivals(middle, to, PLAN)]).toEqual([
          ...arrivals(from, to, PLAN),
        ]);
      }),
    );
  });

  it('is in order of time, within its span, and names mails that exist', () => {
    fc.assert(
      fc.property(moment, (from) => {
        let last = from;
        for (const { at, group, index } of arrivals(from, from + 300_000, PLAN)) {
          expect(at).toBeGreaterThanOrEqual(last);
          expect(at).toBeLessThan(from + 300_000);
          expect(index).toBeLessThan(PLAN.sizes[group]);
          last = at;
        }
      }),
    );
  });

  it('has a day of 0.45 mails per second on average, and as many arrivals as its rate says', () => {
    let expected = 0;
    for (let second = 0; second < 86_400; second += 1) {
      expected += rateAt(HARD_FROM - second * 1000, HARD_FROM);
    }
    expect(expected / 86_400).toBeCloseTo(0.45, 6);
    const count = [...arrivals(HARD_FROM - 24 * HOUR, HARD_FROM, PLAN)].length;
    // A Poisson count lies within 4 standard deviations of its mean all but once in 16,000.
    expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('does not jump where a replayed day ends and live traffic begins', () => {
    const end = HARD_FROM + 25 * 60_000;
    const change = rateAt(end + HOUR, HARD_FROM) / rateAt(end, HARD_FROM);
    expect(Math.abs(change - 1)).toBeLessThan(0.1);
  });

  it('has no hard mail before its time, and mostly hard mail a few minutes after', () => {
    const before = [...arrivals(HARD_FROM - 2 * HOUR, HARD_FROM, PLAN)];
    expect(before.some(({ group }) => group === 'hard-ham-1')).toBe(false);
    const after = [...arrivals(HARD_FROM + HOUR, HARD_FROM + 3 * HOUR, PLAN)];
    const hard = after.filter(({ group }) => group === 'hard-ham-1').length / after.length;
    expect(hard).toBeCloseTo(hardShareAt(HARD_FROM + HOUR, HARD_FROM), 1);
    expect(hardShareAt(HARD_FROM - 1, Number.POSITIVE_INFINITY)).toBe(0);
  });

  it('brings labels back for a quarter of the mails, late, and for a few of them twice', () => {
    const day = [...arrivals(HARD_FROM - 24 * HOUR, HARD_FROM, PLAN)];
    const labelled = day.filter(({ labelDelays }) => labelDelays.length > 0);
    expect(labelled.length / day.length).toBeCloseTo(0.25, 1);
    expect(labelled.some(({ labelDelays }) => labelDelays.length === 2)).toBe(true);
    const delays = labelled.flatMap(({ labelDelays }) => labelDelays);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(600_000);
  });
});
