import { describe, expect, it } from 'vitest';
import { backlogOf } from './backlog.ts';
import { BUCKET_MS, HOUR_MS } from './buckets.ts';
import { planOf } from './plan.ts';

const HOUR = HOUR_MS;
const minutes = (count: number): number => count * 60_000;
const all = (_hour: number): boolean => true;

/** What is asked over `[from, to]` in one window that ends at `to`. */
function oneWindow(from: number, to: number, isRecorded = all) {
  const hints = { func: 'rate', start: to, step: 0, range: to - from + 1 };
  return planOf({ from, to }, hints, isRecorded)?.span;
}

describe('what rollups may answer', () => {
  it('are the buckets inside one window, as the window is open on the left', () => {
    expect(oneWindow(minutes(10) + 1, 10 * HOUR)).toEqual({ after: minutes(10), upTo: 10 * HOUR });
    expect(oneWindow(minutes(10), 10 * HOUR - 1)).toEqual({
      after: minutes(10),
      upTo: 10 * HOUR - BUCKET_MS,
    });
    expect(oneWindow(minutes(10) + 2, 10 * HOUR)?.after).toBe(minutes(15));
  });

  it('is the longest run of recorded hours', () => {
    const recorded = new Set([2, 3, 5, 6, 7].map((hour) => hour * HOUR));
    expect(oneWindow(1, 9 * HOUR, (hour) => recorded.has(hour))).toEqual({
      after: 4 * HOUR,
      upTo: 7 * HOUR,
    });
    expect(oneWindow(1, 9 * HOUR, () => false)).toBeUndefined();
  });

  it('is nothing where there is little to save', () => {
    expect(oneWindow(1, 2 * HOUR)).toBeUndefined();
    expect(oneWindow(1, 2 * HOUR + 2)).toBeDefined();
  });

  const aligned = { func: 'rate', start: HOUR, step: minutes(15), range: minutes(30) };
  it.each([
    ['windows that are made of buckets', aligned, true],
    ['windows that begin within a bucket', { ...aligned, range: minutes(7) }, false],
    ['windows that end within a bucket', { ...aligned, start: HOUR + 1 }, false],
    ['steps into a bucket', { ...aligned, step: minutes(1) }, false],
    ['one window, wherever it ends', { ...aligned, start: HOUR + 1, step: 0 }, true],
    ['samples beyond the windows', { ...aligned, start: undefined }, false],
    ['a function of single samples', { ...aligned, func: 'changes' }, false],
    ['no function', { ...aligned, func: undefined }, false],
    ['a selector, whatever is around it', { ...aligned, func: 'changes', range: 0 }, true],
    ['a selector at moments within buckets', { ...aligned, range: 0, start: HOUR + 1 }, false],
    ['a selector at one moment', { ...aligned, range: 0, step: 0 }, false],
  ])('%s', (_what, hints, answered) => {
    expect(planOf({ from: 1, to: 10 * HOUR }, hints, all) !== undefined).toBe(answered);
  });
});

describe('the hours that wait', () => {
  const span = { after: 0, upTo: 30 * HOUR + 1 };

  it('are those that are over, by the day, the oldest first', () => {
    expect(backlogOf(span, () => false)).toEqual({
      hours: 30,
      next: { after: 0, upTo: 24 * HOUR },
    });
    expect(backlogOf(span, (hour) => hour <= 24 * HOUR)).toEqual({
      hours: 6,
      next: { after: 24 * HOUR, upTo: 30 * HOUR },
    });
    expect(backlogOf(span, all)).toEqual({ hours: 0, next: undefined });
  });

  it('are made together only up to one that is there', () => {
    expect(backlogOf(span, (hour) => hour === 3 * HOUR).next).toEqual({
      after: 0,
      upTo: 2 * HOUR,
    });
  });
});
