import { describe, expect, it } from 'vitest';
import { every15s, instant } from './evaluate.ts';

const series = [
  every15s({ __name__: 'top' }, [Infinity]),
  every15s({ __name__: 'none' }, [Number.NaN]),
  every15s({ __name__: 'one' }, [1]),
  every15s({ __name__: 'two' }, [2]),
];

describe('clamp', () => {
  // Go's math.Max and math.Min, and Prometheus 2.42, 3.5 and 3.14 asked.
  it.each([
    ['clamp_min(top, NaN)', Infinity],
    ['clamp_min(none, Inf)', Infinity],
    ['clamp_max(none, -Inf)', -Infinity],
    ['clamp(one, Inf, NaN)', Infinity],
    ['clamp_max(one, NaN)', Number.NaN],
    ['clamp(two, -1, 1)', 1],
    ['max_of(NaN, Inf) * one', Infinity],
  ])('%s is %d', async (query, expected) => {
    expect((await instant(series, query))['{}']).toBe(expected);
  });

  it('with bounds the wrong way round leaves nothing, not even labels that are there twice', async () => {
    expect(await instant(series, 'clamp({__name__=~"one|two"}, 5, 1)')).toEqual({});
    await expect(instant(series, 'clamp({__name__=~"one|two"}, 1, 5)')).rejects.toThrow(
      'same labelset',
    );
  });
});
