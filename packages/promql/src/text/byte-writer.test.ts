import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { formatSample } from './number.ts';

const writer = new ByteWriter();

function printed(value: number): string {
  writer.number(value);
  return String.fromCharCode(...writer.take());
}

describe('numbers as bytes', () => {
  // The language's own printing is the judge: it is specified to be the shortest that reads back.
  it('are what the language prints, whatever the float', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(printed(value)).toBe(formatSample(value));
      }),
      { numRuns: 10_000 },
    );
  });

  it('are so too where metrics usually are', () => {
    const usual = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.tuple(fc.integer(), fc.integer({ min: 1, max: 1443 })).map(([a, b]) => a / b),
      fc.integer().map((one) => one / 1000),
      fc.maxSafeInteger(),
      fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 })).map(([a, b]) => a / 10 ** b),
    );
    fc.assert(
      fc.property(usual, (value) => {
        expect(printed(value)).toBe(formatSample(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it('are so at powers of two and ten and their neighbours', () => {
    const bits = new BigUint64Array(1);
    const float = new Float64Array(bits.buffer);
    for (let i = -60; i <= 60; i++) {
      for (const base of [2 ** i, 10 ** (i / 3), Number(`1e${Math.trunc(i / 3)}`)]) {
        float[0] = base;
        for (const step of [-2n, -1n, 1n, 1n, 1n]) {
          bits[0] = bits[0]! + step;
          expect(printed(float[0]!)).toBe(formatSample(float[0]!));
        }
        expect(printed(base)).toBe(formatSample(base));
      }
    }
  });
});
