import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { parseGoFloat } from './go-float.ts';
import { formatSample, formatShort, formatValue, parseNumber } from './number.ts';
import { quote, unquote } from './quote.ts';

// Expected values: prometheus/common model/time_test.go and Go's strconv documentation.
describe('durations', () => {
  it.each([
    ['0', 0],
    ['324ms', 324],
    ['3s', 3_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['4d', 345_600_000],
    ['4d1h', 349_200_000],
    ['14d', 1_209_600_000],
    ['3w2d1h', 1_990_800_000],
    ['10y', 315_360_000_000],
  ])('read %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['1', '1y1m1d', '-1w', '1.5d', 'd', '', '1m1m', '5mm'])('refuse %s', (text) => {
    expect(() => parseDuration(text)).toThrow('not a valid duration');
  });

  it.each([
    [0, '0s'],
    [324, '324ms'],
    [1_209_600_000, '2w'],
    [349_200_000, '4d1h'],
    [-90_000, '-1m30s'],
  ])('print %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('numbers', () => {
  it.each([
    ['1', 1],
    ['+0.5e-3', 0.0005],
    ['-.5', -0.5],
    ['0755', 493],
    ['0x8f', 143],
    ['1_000', 1000],
    ['Inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['08', 8],
  ])('read %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it('refuse what is no number', () => {
    expect(parseNumber('1x')).toBeUndefined();
    expect(parseNumber('')).toBeUndefined();
  });

  it.each([
    [0, '0'],
    [-0, '-0'],
    [0.1, '0.1'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-2.5e22, '-25000000000000000000000'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('print %d without an exponent in texts', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  // Answers of Prometheus 2.42 to `vector(…)`.
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1e-7, '1e-07'],
    [-1e-9, '-1e-09'],
    [0.000001, '0.000001'],
    [1e20, '100000000000000000000'],
    [1e22, '1e+22'],
    [1.25, '1.25'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('print the sample %d as the HTTP API does', (value, text) => {
    expect(formatSample(value)).toBe(text);
  });

  it.each([
    [1e21, '1e+21'],
    [0.00001, '1e-05'],
    [100000, '100000'],
    [1.25, '1.25'],
  ])('print %d as %%v does', (value, text) => {
    expect(formatShort(value)).toBe(text);
  });
});

describe('floats of Go', () => {
  // strconv.ParseFloat of Go 1.26.
  it.each([
    ['1', 1],
    ['.5', 0.5],
    ['5.', 5],
    ['-1e5', -100_000],
    ['017', 17],
    ['1_000', 1000],
    ['0x1p-2', 0.25],
    ['-0x1_0p2', -64],
    ['0x_1p2', 4],
    ['0x.8p1', 1],
    ['0x1p-1074', 5e-324],
    ['1e-400', 0],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['NaN', Number.NaN],
    ['0x10', undefined],
    ['1e400', undefined],
    ['0x1p1024', undefined],
    ['+NaN', undefined],
    ['infin', undefined],
    ['1__0', undefined],
    ['_1', undefined],
    ['0b1', undefined],
    [' 1', undefined],
    ['0xp1', undefined],
    ['', undefined],
  ])('%j is %d', (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });
});

describe('strings', () => {
  it.each([
    ['"a\\"b"', 'a"b'],
    ["'it\\'s'", "it's"],
    ['`raw \\n`', 'raw \\n'],
    ['"\\x41\\u00e9\\U0001F600\\101"', 'Aé😀A'],
    ['"\\xc3\\xa9"', 'é'],
  ])('unquote %s', (literal, text) => {
    expect(unquote(literal)).toBe(text);
  });

  it.each(['"\\q"', '"a', '"\\x4"', '"\\\'"', '"\\ud800"'])('refuse %s', (literal) => {
    expect(unquote(literal)).toBeUndefined();
  });

  it('keep a byte that is no UTF-8, and print it as it was written', () => {
    expect(quote(unquote('"a\\xc5z"')!)).toBe('"a\\xc5z"');
  });
});
