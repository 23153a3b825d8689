import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { accuracyPanel, errorPanel } from '../../test-data.ts';
import { HealthPanel } from './health-panel.tsx';

const show = (panel = errorPanel, stale = false) =>
  renderToStaticMarkup(
    <HealthPanel panel={panel} at={1_795_402_671_213} stale={stale}>
      line
    </HealthPanel>,
  );
const words = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replaceAll('\u00a0', ' ');

test('a panel carries its raw value and expression, so that both can be checked against the API', () => {
  const markup = show();
  expect(markup).toContain('data-testid="panel-error-rate"');
  expect(markup).toContain('data-state="critical"');
  expect(markup).toContain('data-value="0.0643"');
  expect(markup).toContain('data-at="1795402671213"');
  expect(markup).toContain(
    'data-expr="sum(rate(ml_errors_total[5m])) / sum(rate(ml_requests_total[5m]))"',
  );
});

test('a panel says its state and why in words', () => {
  const text = words(show());
  expect(text).toContain('Critical');
  expect(text).toContain('Above the critical threshold of 5 %.');
  expect(text).toContain('37 errors of 575 requests in 5 min');
});

test('an estimate comes with its sample and interval', () => {
  const text = words(show(accuracyPanel));
  expect(text).toContain('91.0');
  expect(text).toContain('91 of 100 labelled predictions');
  expect(text).toContain('95 % interval 83.8–95.2 %');
});

test('an unknown value is a dash, never a zero', () => {
  const markup = show({ ...errorPanel, value: null, state: 'unknown' });
  expect(markup).toContain('data-value="null"');
  expect(words(markup)).toContain('no value');
  expect(words(markup)).not.toMatch(/\b0 %/);
});

test('an old number has no state of the present', () => {
  const markup = show(accuracyPanel, true);
  expect(markup).toContain('data-state="unknown"');
  expect(markup).toContain('data-stale="true"');
  expect(words(markup)).toContain('Unknown (was healthy)');
});
