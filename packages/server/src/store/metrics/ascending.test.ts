import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending } from './ascending.ts';

const columns = (times: readonly number[]) => ({
  times: Float64Array.from(times),
  values: Float64Array.from(times, (time) => time * 2),
  kinds: Uint8Array.from(times, (time) => time % 3),
});

describe('putting samples in order', () => {
  it('leaves those alone that ascend', () => {
    const sorted = columns([1, 2, 5]);
    expect(ascending(sorted)).toBe(sorted);
  });

  it('puts them in order of time, each time once, with the value and kind that belong to it', () => {
    const runs = fc.array(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(runs, (parts) => {
        const times = parts.flatMap((part) => [...new Set(part)].sort((a, b) => a - b));
        const expected = columns([...new Set(times)].sort((a, b) => a - b));
        expect(ascending(columns(times))).toEqual(expected);
      }),
    );
  });
});
