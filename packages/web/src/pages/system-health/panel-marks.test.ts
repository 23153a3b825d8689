import { expect, test } from 'vitest';
import { errorPanel } from '../../test-data.ts';
import { marksOf } from './panel-marks.ts';

const labels = (panel: typeof errorPanel) =>
  marksOf(panel).map(({ tone, label }) => `${tone}: ${label.replaceAll('\u00a0', ' ')}`);

test('bounds are drawn where the state turns', () => {
  expect(labels(errorPanel)).toEqual(['warning: warning 2 %', 'critical: critical 5 %']);
});

test('a bound that is the objective is called so', () => {
  const comparison = { label: 'objective', value: 0.02, expr: null };
  expect(labels({ ...errorPanel, comparison })).toEqual([
    'warning: objective 2 %',
    'critical: critical 5 %',
  ]);
});

test('a constant that is no bound is drawn too', () => {
  const comparison = { label: 'baseline', value: 0.01, expr: null };
  expect(labels({ ...errorPanel, comparison })).toContain('neutral: baseline 1 %');
});

test('what changes over time is no bound', () => {
  const comparison = { label: 'normal', value: 0.01, expr: 'normal' };
  const thresholds = { direction: 'above', warning: null, critical: null } as const;
  expect(marksOf({ ...errorPanel, comparison, thresholds })).toEqual([]);
});
