import { CUSTOM_SCHEMA, histogram } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { histogramLimits, limitHistogram } from './native-limits.ts';

const NONE = histogramLimits({});
const six = histogram({
  schema: 2,
  count: 21,
  positive: { indices: [-3, -2, 0, 1, 4], counts: [1, 2, 3, 4, 5] },
  negative: { indices: [5], counts: [6] },
});

// Source: prometheus.io, "Configuration", native_histogram_bucket_limit and the table of native_histogram_min_bucket_factor.
describe('how fine a native histogram may be', () => {
  it.each([
    [65_536, -4],
    [256, -3],
    [16, -2],
    [4, -1],
    [2, 0],
    [1.4, 1],
    [1.1, 2],
    [1.09, 3],
    [1.04, 4],
    [1.02, 5],
    [1.01, 6],
    [1.005, 7],
    [1.002, 8],
    [0, 8],
    [1, 8],
    [1e9, -4],
  ])('with a factor of at least %d it is schema %d', (factor, schema) => {
    expect(histogramLimits({ native_histogram_min_bucket_factor: factor }).schema).toBe(schema);
  });

  it('joins buckets to those of the coarser schema, counts and all', () => {
    // Two buckets of schema s are one of schema s - 1: (2k - 1, 2k) become k.
    const coarser = limitHistogram(six, { ...NONE, schema: 1 });
    expect(coarser).toMatchObject({
      schema: 1,
      count: 21,
      positive: { indices: [-1, 0, 1, 2], counts: [3, 3, 4, 5] },
      negative: { indices: [3], counts: [6] },
    });
    expect(limitHistogram(six, { ...NONE, schema: 5 })).toBe(six);
  });

  it('joins them until there are few enough', () => {
    expect(limitHistogram(six, { ...NONE, buckets: 6 })).toBe(six);
    expect(limitHistogram(six, { ...NONE, buckets: 5 }).schema).toBe(1);
    const three = limitHistogram(six, { ...NONE, buckets: 3 });
    expect(three.positive.counts.reduce((sum, count) => sum + count)).toBe(15);
    expect(three.positive.indices.length + three.negative.indices.length).toBeLessThanOrEqual(3);
  });

  it('says so when nothing is coarse enough', () => {
    expect(() => limitHistogram(six, { ...NONE, buckets: 2 })).toThrow(
      /^native_histogram_bucket_limit exceeded: \d+ buckets, and there is nothing coarser \(limit: 2\)$/,
    );
    const custom = histogram({
      schema: CUSTOM_SCHEMA,
      customValues: [1, 2],
      count: 3,
      positive: { indices: [0, 1, 2], counts: [1, 1, 1] },
    });
    expect(() => limitHistogram(custom, { ...NONE, buckets: 2 })).toThrow('exceeded: 3 buckets');
  });
});
