import type { Millis } from '@bellwether/promql';
import type { AlertInstance } from './alert-state.ts';
import type { GroupState } from './group-state.ts';

/**
 * What a group remembers, by a clock that has been set in between: alerts have been active as long as they were. Without
 * it, one that fires would end when the clock goes back, and one that waits would fire when it goes ahead.
 * @param byMs How far the clock was set; below 0 for back.
 */
export function shiftState(state: GroupState, byMs: Millis): GroupState {
  return {
    ...state,
    rules: state.rules.map((rule) => ({
      ...rule,
      alerts: new Map([...rule.alerts].map(([key, alert]) => [key, shiftAlert(alert, byMs)])),
    })),
  };
}

function shiftAlert(alert: AlertInstance, byMs: Millis): AlertInstance {
  const { firedAt, resolvedAt, keepFiringSince, lastSentAt, validUntil } = alert;
  return {
    ...alert,
    activeAt: alert.activeAt + byMs,
    ...(firedAt === undefined ? {} : { firedAt: firedAt + byMs }),
    ...(resolvedAt === undefined ? {} : { resolvedAt: resolvedAt + byMs }),
    ...(keepFiringSince === undefined ? {} : { keepFiringSince: keepFiringSince + byMs }),
    ...(lastSentAt === undefined ? {} : { lastSentAt: lastSentAt + byMs }),
    ...(validUntil === undefined ? {} : { validUntil: validUntil + byMs }),
  };
}
