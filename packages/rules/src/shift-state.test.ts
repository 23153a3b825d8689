import { describe, expect, it } from 'vitest';
import { type AlertInstance, decideAlert } from './alert-state.ts';
import { initialGroupState } from './group-state.ts';
import { shiftState } from './shift-state.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const timing = { forMs: 5 * MINUTE, keepFiringForMs: 0 };
const seen = { labels: { alertname: 'Slow' }, annotations: {}, value: 1 };

function after(alert: AlertInstance, byMs: number): AlertInstance {
  const state = initialGroupState({ name: 'g', file: 'f', rules: [] });
  const rule = {
    health: 'ok' as const,
    series: new Map(),
    alerts: new Map([['a', alert]]),
    restored: true,
  };
  return shiftState({ ...state, rules: [rule] }, byMs).rules[0]!.alerts.get('a')!;
}

describe('alerts when the clock is set', () => {
  const now = 10 * HOUR;
  it('go on firing when it is set back, and do not fire early when it is set ahead', () => {
    const pending: AlertInstance = { ...seen, state: 'pending', activeAt: now - MINUTE };
    const firing: AlertInstance = {
      ...seen,
      state: 'firing',
      activeAt: now - 6 * MINUTE,
      firedAt: now - MINUTE,
      lastSentAt: now - MINUTE,
    };
    for (const by of [-HOUR, HOUR]) {
      const at = (ms: number) => ({ ...timing, now: now + by + ms });
      expect(decideAlert(after(firing, by), seen, at(0))).toMatchObject({
        state: 'firing',
        firedAt: now + by - MINUTE,
        lastSentAt: now + by - MINUTE,
      });
      expect(decideAlert(after(pending, by), seen, at(3 * MINUTE))?.state).toBe('pending');
      expect(decideAlert(after(pending, by), seen, at(4 * MINUTE))?.state).toBe('firing');
    }
  });

  it('keep the rest as it is', () => {
    const ended: AlertInstance = {
      ...seen,
      state: 'inactive',
      activeAt: 1,
      resolvedAt: 2,
      keepFiringSince: 3,
      validUntil: 4,
    };
    expect(after(ended, 10)).toEqual({
      ...ended,
      activeAt: 11,
      resolvedAt: 12,
      keepFiringSince: 13,
      validUntil: 14,
    });
  });
});
