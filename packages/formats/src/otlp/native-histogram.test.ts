import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExponentialPoint } from './messages.ts';
import { nativeOfExponential } from './native-histogram.ts';

function point(parts: Partial<ExponentialPoint>): ExponentialPoint {
  const none = { offset: 0, counts: [] };
  return {
    attributes: [],
    start: 0,
    time: 1,
    noValue: false,
    count: 0,
    sum: 0,
    scale: 0,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: none,
    negative: none,
    exemplars: [],
    ...parts,
  };
}

describe('an exponential histogram as a native one', () => {
  it('counts the bucket from 1 to the base as 1, where OpenTelemetry counts it as 0', () => {
    const native = nativeOfExponential(
      point({ count: 6, sum: 12, positive: { offset: 0, counts: [1, 2, 3] } }),
    );
    expect(native).toMatchObject({
      schema: 0,
      positive: { indices: [1, 2, 3], counts: [1, 2, 3] },
    });
  });

  it('leaves empty buckets out and takes negative offsets', () => {
    const native = nativeOfExponential(
      point({ count: 5, zeroCount: 1, negative: { offset: -3, counts: [2, 0, 0, 2] } }),
    );
    expect(native).toMatchObject({
      zeroCount: 1,
      zeroThreshold: 1e-128,
      negative: { indices: [-2, 1], counts: [2, 2] },
    });
  });

  it.each([
    [9, 0, [1, 1, 1, 1], [1, 2]],
    [9, 1, [1, 1, 1], [1, 2]],
    [10, -1, [1, 1], [0, 1]],
  ])(
    'merges what is finer than schema 8: scale %d, offset %d',
    (scale, offset, counts, indices) => {
      const native = nativeOfExponential(
        point({ scale, count: counts.length, positive: { offset, counts } }),
      );
      expect(native).toMatchObject({ schema: 8, positive: { indices } });
    },
  );

  it('refuses what is coarser than schema -4', () => {
    expect(nativeOfExponential(point({ scale: -5 }))).toHaveProperty('problem');
  });

  it('puts every bucket where its upper bound is, and keeps every count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 20 }),
        fc.integer({ min: -5000, max: 5000 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 60 }),
        (scale, offset, counts) => {
          const count = counts.reduce((a, b) => a + b, 0);
          const native = nativeOfExponential(point({ scale, count, positive: { offset, counts } }));
          if ('problem' in native) throw new Error(native.problem);
          expect(native.positive.counts.reduce((a, b) => a + b, 0)).toBe(count);
          counts.forEach((observed, i) => {
            if (observed === 0) return;
            // Exponents of two: OpenTelemetry's bucket ends at (offset + i + 1) / 2^scale.
            const end = (offset + i + 1) / 2 ** scale;
            const holds = native.positive.indices.some((index) => {
              const upper = index / 2 ** native.schema;
              return end <= upper && end > upper - 1 / 2 ** native.schema;
            });
            expect(holds).toBe(true);
          });
        },
      ),
    );
  });
});
