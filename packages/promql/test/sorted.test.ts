import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slices, sorted } from '../src/index.ts';

const items = fc.array(fc.record({ key: fc.integer({ min: 0, max: 50 }), id: fc.nat() }), {
  maxLength: 3_000,
  size: 'max',
});
const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key;

describe('sorting in slices', () => {
  it('gives what sorting at once gives, equals in the order they had', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        expect(await sorted(all, byKey, new Slices())).toEqual(all.toSorted(byKey));
      }),
      { numRuns: 50 },
    );
  });

  it('lets others run again and again where there is much to sort', async () => {
    let pauses = 0;
    let now = 0;
    const host = { now: () => now++, pause: async () => void pauses++ };
    const many = Array.from({ length: 20_000 }, (_, i) => ({ key: (i * 7_919) % 20_000, id: i }));
    await sorted(many, byKey, new Slices(host));
    // Each item is looked at once a doubling of the runs, seven times; the clock once for 500 of them.
    expect(pauses).toBeGreaterThan((20_000 * 7) / 500 / 9);
  });
});
