import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_SAMPLES,
  blockBytes,
  blockFirstTime,
  blockLastTime,
  blockSamples,
  blockStale,
  decodeBlock,
  encodeBlock,
} from './block.ts';

function roundTrip(times: number[], values: number[], stale = 0) {
  const bytes = encodeBlock(
    Float64Array.from([-1, ...times]),
    Float64Array.from([-1, ...values]),
    1,
    times.length,
    stale,
  ).slice();
  const view = new DataView(bytes.buffer);
  const out = {
    times: new Float64Array(times.length + 1),
    values: new Float64Array(times.length + 1),
  };
  decodeBlock(view, 0, out.times, out.values, 1);
  expect(blockBytes(bytes, 0)).toBe(bytes.length);
  expect(blockSamples(bytes, 0)).toBe(times.length);
  expect([blockFirstTime(view, 0), blockLastTime(view, 0)]).toEqual([times[0], times.at(-1)]);
  expect(blockStale(view, 0)).toBe(stale >>> 0);
  return {
    bytes: bytes.length,
    times: [...out.times.subarray(1)],
    values: [...out.values.subarray(1)],
  };
}

const sizes = fc.integer({ min: 1, max: BLOCK_SAMPLES });
const values = fc.oneof(
  fc.integer({ min: -1000, max: 100_000 }),
  fc.double(),
  fc.float(),
  fc.integer({ min: 0, max: 10_000_000 }).map((n) => n / 1000),
  fc.constantFrom(0, -0, Infinity, -Infinity, Number.NaN, 2 ** 53, -(2 ** 53), 0.1 + 0.2, 5e-324),
);

describe('a block', () => {
  it('gives back every bit of what was put in, whatever the numbers', () => {
    fc.assert(
      fc.property(
        sizes.chain((n) =>
          fc.tuple(
            fc.oneof(
              fc.array(values, { minLength: n, maxLength: n }),
              fc
                .array(fc.integer({ min: 0, max: 70_000 }), { minLength: n, maxLength: n })
                .map((rises) => {
                  let sum = -100;
                  return rises.map((rise) => {
                    sum += rise;
                    return sum / 100;
                  });
                }),
              values.map((value) => new Array<number>(n).fill(value)),
            ),
            fc.array(fc.integer({ min: 1, max: 2 ** 33 }), { minLength: n, maxLength: n }),
            fc.integer({ min: -(2 ** 42), max: 2 ** 42 }),
            fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          ),
        ),
        ([column, gaps, start, stale]) => {
          let time = start;
          const times = gaps.map((gap) => (time += gap));
          const got = roundTrip(times, column, stale);
          expect(got.times).toEqual(times);
          expect(got.values.every((value, i) => Object.is(value, column[i]))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes a byte or two a sample where a scraped counter rises evenly', () => {
    const times = Array.from({ length: 32 }, (_, i) => 1_795_000_000_000 + i * 15_000);
    const slow = roundTrip(
      times,
      Array.from({ length: 32 }, (_, i) => 1e9 + i * 7),
    );
    expect(slow.bytes).toBe(24 + 32);
    const busy = roundTrip(
      times,
      Array.from({ length: 32 }, (_, i) => 1e9 + i * 200 + (i % 5)),
    );
    expect(busy.bytes).toBe(24 + 32);
    const jittered = times.map((time, i) => time + (i % 3));
    const fast = roundTrip(
      jittered,
      Array.from({ length: 32 }, (_, i) => 0.25 - i * 20.5),
    );
    expect(fast.bytes).toBe(24 + 2 * 32 + 2 * 32);
  });

  it('takes no room for a value that stays', () => {
    const times = Array.from({ length: 32 }, (_, i) => i * 1000);
    expect(roundTrip(times, new Array(32).fill(Math.PI)).bytes).toBe(24);
  });
});
