import { expect, test } from 'vitest';
import { modelNamed } from '../../test-data.ts';
import { chooseModel } from './choose-model.ts';

const models = [
  modelNamed('a', 'healthy'),
  modelNamed('b', 'unknown'),
  modelNamed('c', 'critical'),
];

test('the address decides which model is shown', () => {
  expect(chooseModel(models, 'b')?.name).toBe('b');
});

test('without an address, the model that most needs a person is shown', () => {
  expect(chooseModel(models, null)?.name).toBe('c');
  expect(chooseModel(models.slice(0, 2), null)?.name).toBe('b');
});

test('an address of a model that is gone shows another', () => {
  expect(chooseModel(models, 'gone')?.name).toBe('c');
});

test('no models are no choice', () => {
  expect(chooseModel([], null)).toBeNull();
});
