import { describe, expect, it } from 'vitest';
import { PendingPredictions } from './pending-predictions.ts';

describe('pending predictions', () => {
  it('joins a label with the prediction of its request', () => {
    const pending = new PendingPredictions(10);
    pending.add('1', 'spam', 'html');
    pending.add('2', 'spam', undefined);
    expect(pending.judge('1', 'spam')).toEqual({ result: 'correct', segment: 'html' });
    expect(pending.judge('2', 'ham')).toEqual({ result: 'incorrect', segment: undefined });
  });

  it('knows a second label for one request, and a label for none', () => {
    const pending = new PendingPredictions(10);
    pending.add('1', 'spam', undefined);
    pending.judge('1', 'spam');
    expect(pending.judge('1', 'ham').result).toBe('duplicate');
    expect(pending.judge('other', 'ham').result).toBe('unknown_request');
  });

  it('keep a request that is predicted again as the newest, to be labelled anew', () => {
    const pending = new PendingPredictions(2);
    pending.add('1', 'spam', undefined);
    pending.judge('1', 'spam');
    pending.add('2', 'spam', undefined);
    pending.add('1', 'ham', 'html');
    pending.add('3', 'spam', undefined);
    expect(pending.judge('1', 'ham')).toEqual({ result: 'correct', segment: 'html' });
    expect(pending.judge('2', 'spam').result).toBe('unknown_request');
  });

  it('lets the oldest predictions go when labels never come', () => {
    const pending = new PendingPredictions(2);
    for (const id of ['1', '2', '3']) pending.add(id, 'spam', undefined);
    expect(pending.judge('1', 'spam').result).toBe('unknown_request');
    expect(pending.judge('2', 'spam').result).toBe('correct');
  });
});
