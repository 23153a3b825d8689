import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arraySource,
  Engine,
  histogram,
  type SelectHints,
  type SeriesColumns,
} from '../src/index.ts';

const BUCKET = 60_000;
const BUCKETS = 40;
const engine = new Engine({ features: { extendedRangeSelectors: true } });

interface Sample {
  readonly time: number;
  readonly value: number;
}

/** Samples, some seconds apart with a gap now and then, over the buckets. */
function samplesOf(value: fc.Arbitrary<number>): fc.Arbitrary<Sample[]> {
  const gap = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 400 }) },
  );
  return fc
    .array(fc.tuple(value, gap), { minLength: 2, maxLength: 200 })
    .map((pairs) => {
      let time = 0;
      return pairs.map(([one, seconds]) => {
        time += seconds * 1000;
        return { time, value: one };
      });
    })
    .map((samples) => samples.filter(({ time }) => time <= BUCKET * BUCKETS));
}

/** The samples of each bucket, which is open on the left. */
function bucketsOf(samples: readonly Sample[]): Sample[][] {
  const buckets = new Map<number, Sample[]>();
  for (const sample of samples) {
    const end = Math.ceil(sample.time / BUCKET) * BUCKET;
    buckets.set(end, [...(buckets.get(end) ?? []), sample]);
  }
  return [...buckets.values()];
}

interface Weighted extends Sample {
  readonly weight: number;
}

const mean = (bucket: Sample[]): Weighted[] => [
  {
    time: bucket.at(-1)!.time,
    value: bucket.reduce((sum, { value }) => sum + value, 0) / bucket.length,
    weight: bucket.length,
  },
];

/** First and last sample, and between them what was lost at resets. */
function ends(bucket: Sample[]): Weighted[] {
  const first = { ...bucket[0]!, weight: 1 };
  if (bucket.length === 1) return [first];
  const last = { ...bucket.at(-1)!, weight: bucket.length - 1 };
  let lost = 0;
  for (let i = 1; i < bucket.length; i++)
    if (bucket[i]!.value < bucket[i - 1]!.value) lost += bucket[i - 1]!.value;
  if (lost === 0) return [first, last];
  const third = (last.time - first.time) / 3;
  return [
    first,
    { time: first.time + third, value: lost, weight: 0 },
    { time: last.time - third, value: 0, weight: 0 },
    last,
  ];
}

const LABELS = { __name__: 'x_total' };

function columns(samples: readonly Sample[], weights?: Float64Array): SeriesColumns {
  return {
    labels: LABELS,
    times: Float64Array.from(samples, ({ time }) => time),
    values: Float64Array.from(samples, ({ value }) => value),
    weights,
  };
}

function weighted(samples: readonly Sample[], of: (bucket: Sample[]) => Weighted[]): SeriesColumns {
  const kept = bucketsOf(samples).flatMap(of);
  return columns(
    kept,
    Float64Array.from(kept, ({ weight }) => weight),
  );
}

async function answer(series: SeriesColumns, query: string): Promise<[number, number][]> {
  const range = { start: 3 * BUCKET, end: BUCKETS * BUCKET, step: BUCKET };
  const { value } = await engine.range(arraySource([series]), query, range);
  if (value.type !== 'matrix') throw new Error('no matrix');
  return value.series.flatMap(({ times, values }) =>
    Array.from(times, (time, i): [number, number] => [time, values[i]!]),
  );
}

function expectSame(ours: [number, number][], theirs: [number, number][]): void {
  expect(ours.map(([time]) => time)).toEqual(theirs.map(([time]) => time));
  theirs.forEach(([, value], i) => {
    if (!Number.isFinite(value)) expect(ours[i]![1]).toBe(value);
    else
      expect(Math.abs(ours[i]![1] - value)).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(value)),
      );
  });
}

const counterValue = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 1000 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const gaugeValue = fc.oneof(
  { weight: 30, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);

describe('samples with weights give what the samples they stand for give', () => {
  it.each(['rate', 'increase', 'delta'])('%s, from the ends of buckets', async (func) => {
    await fc.assert(
      fc.asyncProperty(samplesOf(counterValue), fc.integer({ min: 1, max: 30 }), (samples, n) => {
        const query = `${func}(x_total[${n}m])`;
        const of = func === 'delta' ? (bucket: Sample[]) => ends(bucket).filter(isReal) : ends;
        return Promise.all([
          answer(weighted(samples, of), query),
          answer(columns(samples), query),
        ]).then(([ours, theirs]) => expectSame(ours, theirs));
      }),
      { numRuns: 60 },
    );
  });

  it.each(['sum', 'avg', 'count'])('%s_over_time, from the means of buckets', async (func) => {
    await fc.assert(
      fc.asyncProperty(samplesOf(gaugeValue), fc.integer({ min: 1, max: 30 }), (samples, n) => {
        const query = `${func}_over_time(x_total[${n}m])`;
        return Promise.all([
          answer(weighted(samples, mean), query),
          answer(columns(samples), query),
        ]).then(([ours, theirs]) => expectSame(ours, theirs));
      }),
      { numRuns: 60 },
    );
  });

  it('also beside native histograms', async () => {
    const one = histogram({ schema: 0, count: 1, sum: 1, positive: { indices: [0], counts: [1] } });
    const series: SeriesColumns = {
      labels: LABELS,
      times: Float64Array.of(60_000, 120_000, 180_000, 240_000, 1_200_000),
      values: Float64Array.of(1, 2, 4, 8, Number.NaN),
      weights: Float64Array.of(1, 4, 4, 4, 1),
      histograms: [undefined, undefined, undefined, undefined, one],
    };
    const at = async (query: string, minutes: number): Promise<number> => {
      const { value } = await engine.instant(arraySource([series]), query, minutes * 60_000);
      return value.type === 'vector' ? value.samples[0]!.value : Number.NaN;
    };
    expect(await at('count_over_time(x_total[20m])', 20)).toBe(14);
    expect(await at('sum_over_time(x_total[4m])', 4)).toBe(57);
    expect(await at('avg_over_time(x_total[4m])', 4)).toBe(57 / 13);
    // Twelve intervals of 15 s: the series is taken to go on for half of one to the left of its first sample.
    expect(await at('increase(x_total[10m])', 4)).toBeCloseTo((7 * 187.5) / 180, 12);
  });

  it('a mean whose sum is too large, too', async () => {
    const large = columns(
      [
        { time: BUCKET, value: 1e308 },
        { time: 2 * BUCKET, value: 1.2e308 },
      ],
      Float64Array.of(10, 30),
    );
    expect((await answer(large, 'avg_over_time(x_total[5m])'))[0]![1]).toBeCloseTo(1.15e308, -294);
  });
});

function isReal({ weight }: Weighted): boolean {
  return weight > 0;
}

describe('the engine', () => {
  it('tells a source where the windows lie, and asks again only where the answer may be another', async () => {
    const asked: unknown[] = [];
    const source = arraySource([columns([{ time: BUCKET, value: 1 }])]);
    const watched: typeof source = {
      select(matchers, range, hints) {
        asked.push(hints);
        return source.select(matchers, range, hints);
      },
    };
    const range = { start: 20 * BUCKET, end: 30 * BUCKET, step: BUCKET };
    const hintsOf = async (query: string): Promise<unknown[]> => {
      asked.length = 0;
      await engine.range(watched, query, range);
      return asked.map((hints) => ({ ...(hints as SelectHints), maxSamples: undefined }));
    };
    expect(await hintsOf('rate(x_total[5m] offset 2m)')).toEqual([
      { func: 'rate', start: 18 * BUCKET, step: BUCKET, range: 5 * BUCKET },
    ]);
    expect(await hintsOf('sum(x_total) / count(x_total)')).toEqual([
      { func: 'sum', start: 20 * BUCKET, step: BUCKET, range: 0 },
    ]);
    expect(await hintsOf('min_over_time(x_total[5m]) + max_over_time(x_total[5m])')).toHaveLength(
      2,
    );
    expect(await hintsOf('max_over_time(rate(x_total[2m])[10m:5m])')).toEqual([
      { func: 'rate', start: 15 * BUCKET, step: 5 * BUCKET, range: 2 * BUCKET },
    ]);
    expect(await hintsOf('rate(x_total[5m] @ end())')).toEqual([
      { func: 'rate', start: 30 * BUCKET, step: 0, range: 5 * BUCKET },
    ]);
    expect(await hintsOf('rate(x_total[5m] smoothed)')).toMatchObject([{ start: undefined }]);
  });
});
