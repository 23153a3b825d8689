import { describe, expect, test } from 'vitest';
import { timeTicks, valueTicks } from './ticks.ts';

const plain = (ticks: string[]) => ticks.map((tick) => tick.replaceAll('\u00a0', ' '));

describe('labels of the value axis', () => {
  test('share one unit', () => {
    expect(plain(valueTicks([0, 0.02, 0.04], 'seconds'))).toEqual(['0 ms', '20 ms', '40 ms']);
    expect(plain(valueTicks([0, 0.5, 1], 'seconds'))).toEqual(['0.0 s', '0.5 s', '1.0 s']);
  });

  test('have just enough decimals to tell them apart', () => {
    expect(plain(valueTicks([0, 0.0025, 0.005], 'ratio'))).toEqual(['0.00 %', '0.25 %', '0.50 %']);
    expect(plain(valueTicks([0.7, 0.8, 0.9], 'ratio'))).toEqual(['70 %', '80 %', '90 %']);
    expect(plain(valueTicks([0, 10, 20], 'requests_per_second'))).toEqual([
      '0 /s',
      '10 /s',
      '20 /s',
    ]);
  });
});

test('labels of the time axis name the day at midnight', () => {
  const midnight = new Date(2026, 10, 23).getTime() / 1000;
  expect(timeTicks([midnight - 3600, midnight, midnight + 3600])).toEqual([
    '23:00',
    '23 Nov',
    '01:00',
  ]);
});
