import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLine } from './matrix.ts';

const grid = { start: 1_700_000_000, end: 1_700_000_060, step: 15 };

const answer = (...series: [number, string][][]) => ({
  status: 'success',
  data: { resultType: 'matrix', result: series.map((values) => ({ metric: {}, values })) },
});

describe('a line read from a range query', () => {
  test('has a point for every step', () => {
    const line = readLine(answer([[1_700_000_000, '1.5']]), grid);
    expect(line.times).toEqual([
      1_700_000_000, 1_700_000_015, 1_700_000_030, 1_700_000_045, 1_700_000_060,
    ]);
    expect(line.values).toEqual([1.5, null, null, null, null]);
  });

  test('keeps steps without a sample as gaps', () => {
    const line = readLine(
      answer([
        [1_700_000_000, '0'],
        [1_700_000_045, '2'],
      ]),
      grid,
    );
    expect(line.values).toEqual([0, null, null, 2, null]);
  });

  test('takes NaN and infinities for gaps, not for zeros', () => {
    const line = readLine(
      answer([
        [1_700_000_000, 'NaN'],
        [1_700_000_015, '+Inf'],
        [1_700_000_030, '-Inf'],
      ]),
      grid,
    );
    expect(line.values.every((value) => value === null)).toBe(true);
  });

  test('is all gaps when no series answers', () => {
    expect(readLine(answer(), grid).values).toEqual([null, null, null, null, null]);
  });

  test('refuses several series, because a panel is one number', () => {
    expect(() => readLine(answer([], []), grid)).toThrow('2 series');
  });

  test.each([null, 'text', {}, { data: { resultType: 'vector', result: [] } }])(
    'refuses an answer of another shape: %j',
    (body) => {
      expect(() => readLine(body, grid)).toThrow('not a matrix');
    },
  );

  test('survives any JSON in place of its samples', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const body = { data: { resultType: 'matrix', result: [{ metric: {}, values }] } };
        expect(readLine(body, grid).values).toHaveLength(5);
      }),
    );
  });
});
