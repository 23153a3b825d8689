import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockSlab, NOWHERE } from './block-slab.ts';

describe('the room for blocks', () => {
  it('never gives the same bytes to two, and gives again what came back', () => {
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 600 }), back: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 3000, maxLength: 6000 }), (steps) => {
        const slab = new BlockSlab();
        const held: { place: number; bytes: number; mark: number }[] = [];
        const piece = ({ place, bytes }: { place: number; bytes: number }) =>
          slab.page(place).bytes.subarray(slab.at(place), slab.at(place) + bytes);
        for (const [i, { bytes, back }] of steps.entries()) {
          const one = { place: slab.take(bytes), bytes, mark: i % 251 };
          expect(one.place).not.toBe(NOWHERE);
          piece(one).fill(one.mark);
          held.push(one);
          if (back % 3 > 0) continue;
          const [gone] = held.splice(back % held.length, 1);
          slab.release(gone!.place, gone!.bytes);
        }
        for (const one of held)
          if (piece(one).length < one.bytes || piece(one).some((byte) => byte !== one.mark))
            expect.fail(`what stood at ${one.place} is not what was put there`);
      }),
      { numRuns: 20 },
    );
  });

  it('takes no more memory when what comes back is asked for again', () => {
    const slab = new BlockSlab();
    const places = Array.from({ length: 50_000 }, () => slab.take(96));
    for (const place of places) slab.release(place, 96);
    const again = Array.from({ length: 50_000 }, () => slab.take(90));
    expect(new Set(again)).toEqual(new Set(places));
  });
});
