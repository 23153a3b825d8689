import { describe, expect, it } from 'vitest';
import { parseSampleValue } from './sample-value.ts';

describe('the value of a sample', () => {
  it.each([
    ['1e3', 1000],
    ['-.5', -0.5],
    ['+Inf', Infinity],
    ['-INFINITY', -Infinity],
  ])('%s is %f', (text, value) => {
    expect(parseSampleValue(text)).toBe(value);
  });

  it.each(['', '0x', 'one', 'constructor', '__proto__'])('%j is none', (text) => {
    expect(parseSampleValue(text)).toBeUndefined();
  });
});
