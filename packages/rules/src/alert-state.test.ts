import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertInstance,
  type AlertObservation,
  decideAlert,
  needsSending,
} from './alert-state.ts';

const minute = 60_000;
const seen: AlertObservation = { labels: { alertname: 'A' }, annotations: {}, value: 1 };

/** What an alert goes through, one evaluation a minute. */
function run(
  pattern: string,
  { forMs = 0, keepFiringForMs = 0 }: { forMs?: number; keepFiringForMs?: number },
): string {
  let alert: AlertInstance | undefined;
  const letters = { pending: 'p', firing: 'F', inactive: 'i' };
  return [...pattern]
    .map((sample, index) => {
      const now = index * minute;
      alert = decideAlert(alert, sample === 'x' ? seen : undefined, {
        now,
        forMs,
        keepFiringForMs,
      });
      return alert === undefined ? '.' : letters[alert.state];
    })
    .join('');
}

describe('an alert', () => {
  it('fires at once without for', () => {
    expect(run('_x', {})).toBe('.F');
  });

  it('fires when it has held for as long as for says, not a step later', () => {
    expect(run('xxxxxx', { forMs: 3 * minute })).toBe('pppFFF');
  });

  it('starts anew when its condition breaks while it is pending', () => {
    expect(run('xx_xxxx', { forMs: 3 * minute })).toBe('pp.pppF');
  });

  it('is remembered for 15 minutes after it has ended', () => {
    expect(run(`x${'_'.repeat(20)}`, {})).toBe(`F${'i'.repeat(16)}....`);
  });

  it('fires on for keep_firing_for after its condition has ended', () => {
    expect(run('x_____', { keepFiringForMs: 3 * minute })).toBe('FFFFii');
  });

  it('begins the time of keep_firing_for anew when its condition comes back', () => {
    expect(run('x__x____', { keepFiringForMs: 3 * minute })).toBe('FFFFFFFi');
  });

  it('is a new alert when it comes back after it has ended', () => {
    const ended: AlertInstance = {
      ...seen,
      state: 'inactive',
      activeAt: 0,
      firedAt: 0,
      resolvedAt: 5 * minute,
      lastSentAt: 5 * minute,
    };
    const timing = { now: 6 * minute, forMs: minute, keepFiringForMs: 0 };
    expect(decideAlert(ended, seen, timing)).toEqual({
      ...seen,
      state: 'pending',
      activeAt: 6 * minute,
    });
  });

  it('turns pending again when a reload has made for longer than it has held', () => {
    const firing: AlertInstance = {
      ...seen,
      state: 'firing',
      activeAt: 0,
      firedAt: minute,
      lastSentAt: minute,
    };
    const timing = { now: 2 * minute, forMs: 10 * minute, keepFiringForMs: 0 };
    expect(decideAlert(firing, seen, timing)).toEqual({ ...seen, state: 'pending', activeAt: 0 });
  });

  it('keeps its labels and start, and takes the new value and annotations', () => {
    const before = decideAlert(undefined, seen, { now: 0, forMs: 0, keepFiringForMs: 0 });
    const again = { labels: { alertname: 'A' }, annotations: { summary: 'new' }, value: 2 };
    expect(decideAlert(before, again, { now: minute, forMs: 0, keepFiringForMs: 0 })).toEqual({
      ...again,
      state: 'firing',
      activeAt: 0,
      firedAt: 0,
    });
  });

  it('never fires before for has passed, whatever is seen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.nat(10),
        fc.nat(5),
        (samples, hold, keep) => {
          const pattern = samples.map((sample) => (sample ? 'x' : '_')).join('');
          const states = run(pattern, { forMs: hold * minute, keepFiringForMs: keep * minute });
          const firstFiring = states.indexOf('F');
          const held = pattern.slice(Math.max(firstFiring - hold, 0), firstFiring + 1);
          return firstFiring < 0 || (firstFiring >= hold && !held.includes('_'));
        },
      ),
    );
  });
});

describe('receivers', () => {
  const firing: AlertInstance = { ...seen, state: 'firing', activeAt: 0, firedAt: 0 };

  it('are never told of what is pending', () => {
    expect(needsSending({ ...firing, state: 'pending' }, 0, minute)).toBe(false);
  });

  it('are told when it fires, and again only after the delay', () => {
    expect(needsSending(firing, 0, minute)).toBe(true);
    expect(needsSending({ ...firing, lastSentAt: 0 }, minute, minute)).toBe(false);
    expect(needsSending({ ...firing, lastSentAt: 0 }, minute + 1, minute)).toBe(true);
  });

  it('are told at once when it ends', () => {
    const ended: AlertInstance = { ...firing, state: 'inactive', lastSentAt: 0, resolvedAt: 1000 };
    expect(needsSending(ended, 1000, minute)).toBe(true);
    expect(needsSending({ ...ended, lastSentAt: 1000 }, 2000, minute)).toBe(false);
  });
});
