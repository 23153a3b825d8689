import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { lowAccuracy } from '../../test-data.ts';
import { tellingLabels } from './alert-labels.ts';
import { AlertList } from './alert-list.tsx';

const at = Date.parse('2026-11-23T02:12:00Z');
const errors = { ...lowAccuracy, name: 'HighErrorRate' };

describe('the list of alerts', () => {
  test('shows each alert with its state, cause, value and age', () => {
    const markup = renderToStaticMarkup(<AlertList alerts={[lowAccuracy]} at={at} stale={false} />);
    expect(markup).toContain('data-testid="alert-LowModelAccuracy"');
    expect(markup).toContain('data-alert-state="firing"');
    expect(markup).toContain('Model mail accuracy: 66.1%');
    expect(markup).toContain('0.661');
    expect(markup).toContain('(12 min)');
  });

  test('opens the runbook of the first critical alert only', () => {
    const warning = { ...lowAccuracy, name: 'Drift', severity: 'warning' };
    const alerts = [warning, lowAccuracy, errors];
    const markup = renderToStaticMarkup(<AlertList alerts={alerts} at={at} stale={false} />);
    const opened = markup
      .split('<article')
      .slice(1)
      .map((card) => / open=""/.test(card));
    expect(opened).toEqual([false, true, false]);
  });

  test('is calm when there is nothing to say', () => {
    const markup = renderToStaticMarkup(<AlertList alerts={[]} at={at} stale={false} />);
    expect(markup).toContain('No alert is firing or pending.');
  });

  test('never claims that there are no alerts now when the numbers are old', () => {
    const markup = renderToStaticMarkup(<AlertList alerts={[]} at={at} stale />);
    expect(markup).toContain('No alert was active at');
  });
});

test('labels on a card are those that tell alerts apart', () => {
  expect(tellingLabels({ ...lowAccuracy.labels, segment: 'hard', empty: '' })).toEqual([
    ['model_name', 'mail'],
    ['segment', 'hard'],
  ]);
  expect(tellingLabels({ model: 'a', model_name: 'b' })).toEqual([
    ['model', 'a'],
    ['model_name', 'b'],
  ]);
});
