import { expect, test } from 'vitest';
import { judgeFreshness, MAX_AGE_MS } from './freshness.ts';

test('numbers of the last few seconds are current', () => {
  expect(judgeFreshness(4_000, false)).toBe('current');
});

test('numbers grow old even when answers keep arriving', () => {
  expect(judgeFreshness(MAX_AGE_MS + 1, false)).toBe('old');
});

test('one failed request is enough not to call them current', () => {
  expect(judgeFreshness(0, true)).toBe('lost');
});
