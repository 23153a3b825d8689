import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBound,
  formatInterval,
  formatMeasure,
  formatPlain,
  formatSample,
  formatValue,
  keepUnits,
} from './format.ts';

/** Spaces that must not break are compared as plain ones, as a reader sees them. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a value in its unit', () => {
  test.each([
    [12.34, 'requests_per_second', '12.3 req/s'],
    [0, 'requests_per_second', '0 req/s'],
    [0.0421, 'requests_per_second', '0.042 req/s'],
    [0.42, 'requests_per_second', '0.42 req/s'],
    [1234.4, 'requests_per_second', '1,234 req/s'],
    [0.0000004, 'requests_per_second', '< 0.001 req/s'],
    [0.0042, 'ratio', '0.42 %'],
    [0, 'ratio', '0 %'],
    [0.91, 'ratio', '91.0 %'],
    [1, 'ratio', '100 %'],
    [0.00001, 'ratio', '< 0.01 %'],
    [0.038, 'seconds', '38 ms'],
    [0.0034, 'seconds', '3.4 ms'],
    [0.000085, 'seconds', '85.0 µs'],
    [1.236, 'seconds', '1.24 s'],
    [125, 'seconds', '125 s'],
    [0, 'seconds', '0 ms'],
  ] as const)('%d as %s reads "%s"', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });

  test('a share just under all is never rounded up to 100 %', () => {
    expect(plain(formatValue(0.9997, 'ratio'))).toBe('99.97 %');
    expect(plain(formatValue(0.99999, 'ratio'))).toBe('99.999 %');
    expect(plain(formatValue(0.99999999, 'ratio'))).toBe('> 99.999 %');
  });

  test('a duration just under a second is never "1,000 ms"', () => {
    expect(plain(formatValue(0.9996, 'seconds'))).toBe('1.00 s');
    expect(plain(formatValue(0.0009997, 'seconds'))).toBe('1.0 ms');
  });

  test('what is read back differs from the value by less than five percent', () => {
    const scale = { '%': 0.01, 'req/s': 1, s: 1, ms: 1e-3, µs: 1e-6 } as const;
    fc.assert(
      fc.property(
        fc.double({ min: 0.11, max: 0.99, noNaN: true }),
        fc.constantFrom('ratio', 'seconds', 'requests_per_second'),
        (value, unit) => {
          const { number, unit: shown } = formatMeasure(value, unit);
          const back = Number(number) * scale[shown as keyof typeof scale];
          expect(Math.abs(back - value) / value).toBeLessThan(0.05);
        },
      ),
    );
  });
});

test('a declared bound carries no zeros of its own', () => {
  expect(plain(formatBound(0.05, 'ratio'))).toBe('5 %');
  expect(plain(formatBound(0.125, 'ratio'))).toBe('12.5 %');
  expect(plain(formatBound(0.5, 'seconds'))).toBe('500 ms');
  expect(plain(formatBound(1, 'seconds'))).toBe('1 s');
  expect(plain(formatBound(100, 'requests_per_second'))).toBe('100 req/s');
});

describe('an interval', () => {
  test('names a shared unit once', () => {
    expect(plain(formatInterval(0.838, 0.952, 'ratio'))).toBe('83.8–95.2 %');
  });
  test('names both units where they differ', () => {
    expect(plain(formatInterval(0.9, 1.5, 'seconds'))).toBe('900 ms – 1.50 s');
  });
});

describe('the events behind a number', () => {
  test('take their places in a label of two nouns', () => {
    const label = 'errors of requests in 5 m';
    expect(formatSample({ count: 37, total: 12043, label })).toBe(
      '37 errors of 12,043 requests in 5 m',
    );
  });
  test('are one error when it is one', () => {
    const label = 'errors of requests in 5 min';
    expect(formatSample({ count: 1, total: 277, label })).toBe('1 error of 277 requests in 5 min');
  });
  test('stand before a label of one noun', () => {
    const label = 'labelled predictions';
    expect(formatSample({ count: 91, total: 100, label })).toBe('91 of 100 labelled predictions');
    expect(formatSample({ count: null, total: 100, label })).toBe('100 labelled predictions');
  });
  test('are whole, though increase() extrapolates', () => {
    expect(formatSample({ count: 36.66, total: 400.2, label: 'errors of requests' })).toBe(
      '37 errors of 400 requests',
    );
  });
  test('are not made up when they are unknown', () => {
    expect(formatSample({ count: null, total: null, label: 'labelled predictions' })).toBeNull();
  });
});

test('a number keeps its unit on its line', () => {
  expect(keepUnits('Below 85 % for 5 min, by 3 samples.')).toBe(
    'Below 85\u00a0% for 5\u00a0min, by 3 samples.',
  );
});

describe('a number without a unit', () => {
  test('keeps four significant digits', () => {
    expect(formatPlain(0.123456)).toBe('0.1235');
    expect(formatPlain(1234567)).toBe('1,235,000');
  });
  test('shows what is no number as such', () => {
    expect(formatPlain(Number.NaN)).toBe('NaN');
    expect(formatPlain(Number.NEGATIVE_INFINITY)).toBe('-∞');
  });
});
