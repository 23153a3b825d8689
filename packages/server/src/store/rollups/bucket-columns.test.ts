import { describe, expect, it } from 'vitest';
import { columnsOf } from './bucket-columns.ts';
import { HANDINGS, NEWEST } from './handing.ts';

const labels = { __name__: 'x' };
const column = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

describe('what the engine is handed for buckets', () => {
  it('is, of a counter, its ends and what it lost between them', () => {
    // 5 8 | 1 4 | 2: at two resets 8 and 4 are lost.
    const buckets = {
      ends: column(300_000),
      numbers: [5, 60_000, 5, 300_000, 2, 12].map((number) => column(number)),
    };
    const { times, values, weights } = columnsOf(labels, buckets, HANDINGS.get('rate')!);
    expect([...times]).toEqual([60_000, 140_000, 220_000, 300_000]);
    expect([...values]).toEqual([5, 12, 0, 2]);
    expect([...weights!]).toEqual([1, 0, 0, 4]);
  });

  it('is one sample where there was one', () => {
    const buckets = {
      ends: column(300_000),
      numbers: [1, 60_000, 5, 60_000, 5, 0].map((number) => column(number)),
    };
    const { times, weights } = columnsOf(labels, buckets, HANDINGS.get('increase')!);
    expect([...times]).toEqual([60_000]);
    expect([...weights!]).toEqual([1]);
  });

  it('is the newest sample, or that the series had ended; in order, however they came', () => {
    const buckets = {
      ends: column(600_000, 300_000, 900_000),
      numbers: [column(590_000, 290_000, 0), column(2, 1, 0), column(0, 0, 1)],
    };
    const { times, values, stale, weights } = columnsOf(labels, buckets, NEWEST);
    expect([...times]).toEqual([290_000, 590_000, 900_000]);
    expect([...values]).toEqual([1, 2, Number.NaN]);
    expect([...stale!]).toEqual([0b100]);
    expect(weights).toBeUndefined();
  });
});
