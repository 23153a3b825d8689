import { expect, test } from 'vitest';
import {
  formatClock,
  formatDay,
  formatDuration,
  formatHourMinute,
  formatMoment,
} from './format-time.ts';

const afternoon = new Date(2026, 10, 22, 14, 3, 22).getTime();

test('a moment is shown by the clock of 24 hours', () => {
  expect(formatClock(afternoon)).toBe('14:03:22');
  expect(formatHourMinute(afternoon)).toBe('14:03');
});

test('midnight is 00, not 24', () => {
  expect(formatHourMinute(new Date(2026, 10, 22).getTime())).toBe('00:00');
});

test('a moment of another day says which', () => {
  expect(formatDay(afternoon)).toBe('22 Nov');
  expect(formatMoment(afternoon, afternoon + 60_000)).toBe('14:03');
  expect(formatMoment(afternoon, afternoon + 86_400_000)).toBe('22 Nov, 14:03');
});

test.each([
  [-200, '0 s'],
  [4_900, '4 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_500_000, '2 h 5 min'],
  [7_200_000, '2 h'],
  [273_600_000, '3 d 4 h'],
])('%d ms last "%s"', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
