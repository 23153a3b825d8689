import type { Overview } from '@bellwether/server/api';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ApiError } from '../../api/client.ts';
import type { Reading } from '../../api/overview.ts';
import { lowAccuracy, modelNamed } from '../../test-data.ts';
import { Headline } from './headline.tsx';

const overview: Overview = {
  at: Date.UTC(2026, 10, 23, 2),
  state: 'healthy',
  headline: 'All is well.',
  models: [modelNamed('mail', 'healthy')],
  alerts: [],
  targets: { up: 2, total: 2, down: [] },
  demo: null,
};
const reading: Reading = { overview, receivedAt: overview.at, ageOnArrivalMs: 0 };

const words = (element: React.ReactElement) =>
  renderToStaticMarkup(element)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

test('the headline is the sentence of the server, with the facts below', () => {
  const text = words(<Headline reading={reading} freshness="current" failure={null} />);
  expect(text).toContain('All is well.');
  expect(text).toContain('2 of 2 targets answer · 1 model · no alert firing');
});

test('firing and pending alerts are counted apart', () => {
  const alerts = [lowAccuracy, { ...lowAccuracy, state: 'pending' as const }];
  const current = { ...reading, overview: { ...overview, alerts } };
  const text = words(<Headline reading={current} freshness="current" failure={null} />);
  expect(text).toContain('1 alert firing · 1 pending');
});

test('nobody reads "all is well" off a page whose server is gone', () => {
  const failure = new ApiError('unreachable', 'The server cannot be reached.');
  const text = words(<Headline reading={reading} freshness="lost" failure={failure} />);
  expect(text).not.toContain('All is well');
  expect(text).toContain('No numbers from Bellwether');
  expect(text).toContain('The server cannot be reached. What is below was true at');
});

test('answers that keep telling the same old moment are called old', () => {
  const text = words(<Headline reading={reading} freshness="old" failure={null} />);
  expect(text).toContain('Bellwether answers with old numbers');
});

test('without any answer ever, it says how to start the server', () => {
  const failure = new ApiError('unreachable', 'The server cannot be reached.');
  const text = words(<Headline reading={undefined} freshness="lost" failure={failure} />);
  expect(text).toContain('Start it with bellwether serve');
});

test('a server that is still starting is not said to be stopped', () => {
  const failure = new ApiError('unavailable', 'Still replaying the past day.');
  const text = words(<Headline reading={undefined} freshness="lost" failure={failure} />);
  expect(text).toContain('Still replaying the past day.');
  expect(text).not.toContain('Is it running?');
});
