import { describe, expect, test } from 'vitest';
import { composeScene, loneIndices, nextIndex, type SceneInput } from './scene.ts';

const input: SceneInput = {
  unit: 'ratio',
  line: { times: [100, 115, 130], values: [0.1, null, 0.3] },
  reference: null,
  latest: { time: 137, value: 0.4 },
  marks: [],
  replayed: null,
  scale: 'from-zero',
};

describe('a scene', () => {
  test('ends in the number the panel shows', () => {
    const scene = composeScene(input);
    expect(scene.times).toEqual([100, 115, 130, 137]);
    expect(scene.values).toEqual([0.1, null, 0.3, 0.4]);
    expect(scene.end).toBe(137);
  });

  test('ends in a gap when the present is unknown', () => {
    expect(composeScene({ ...input, latest: { time: 137, value: null } }).values.at(-1)).toBeNull();
  });

  test('has the present once when it falls on the grid', () => {
    expect(composeScene({ ...input, latest: { time: 130, value: 0.3 } }).times).toHaveLength(3);
  });

  test('leaves out a reference of another grid until its own arrives', () => {
    const reference = { times: [100], values: [0.2] };
    expect(composeScene({ ...input, reference }).reference).toEqual([null, null, null, null]);
  });

  test('keeps room for the reference on the value axis', () => {
    const reference = { times: [100, 115, 130], values: [2, 2, 2] };
    expect(composeScene({ ...input, reference }).y.max).toBeGreaterThan(2);
  });
});

test('a point between two gaps is drawn as a dot', () => {
  expect(loneIndices([1, null, 2, null, 3, 4, null, 5])).toEqual([0, 2, 7]);
  expect(loneIndices([null, null])).toEqual([]);
});

test('arrow keys jump over gaps', () => {
  const values = [1, null, null, 2];
  expect(nextIndex(values, 0, 1)).toBe(3);
  expect(nextIndex(values, 3, -1)).toBe(0);
  expect(nextIndex(values, 3, 1)).toBeNull();
});
