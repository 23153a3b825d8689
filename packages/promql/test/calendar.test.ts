import { describe, expect, it } from 'vitest';
import { every15s, instant } from './evaluate.ts';

const FUNCTIONS = [
  'year',
  'month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
];

describe('the date of a number of seconds', () => {
  // What Go 1.26 says of time.Unix(int64(seconds), 0).UTC(), as Prometheus asks it.
  it.each([
    [951782400, 2000, 2, 29, 2, 60, 29, 0, 0],
    [-1, 1969, 12, 31, 3, 365, 31, 23, 59],
    [-62135596801, 0, 12, 31, 0, 366, 31, 23, 59],
    [1795821540000000, 56909289, 3, 8, 2, 67, 31, 18, 40],
    [-1e13, -314918, 8, 13, 0, 225, 31, 6, 13],
    [9e15, 285200616, 7, 24, 3, 206, 31, 16, 0],
    [1e18, 31688740476, 10, 23, 5, 297, 31, 1, 46],
    [-9.223372e18, -292277021490, 12, 15, 1, 349, 31, 6, 13],
    [-9.223372036854775e18, 292277026596, 12, 4, 0, 339, 31, 15, 47],
    [1e300, 292277026596, 12, 4, 0, 339, 31, 15, 30],
    [Number.NaN, 292277026596, 12, 4, 0, 339, 31, 15, 30],
    [Number.NEGATIVE_INFINITY, 292277026596, 12, 4, 0, 339, 31, 15, 30],
  ])('%d', async (seconds, ...parts) => {
    const series = [every15s({ __name__: 'm' }, [seconds])];
    const found: unknown[] = [];
    for (const f of FUNCTIONS) found.push((await instant(series, `${f}(m)`))['{}']);
    expect(found).toEqual(parts);
  });
});
