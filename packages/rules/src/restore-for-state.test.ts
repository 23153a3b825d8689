import { Engine } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { engineQuery } from './engine-query.ts';
import { evaluateGroup } from './evaluate-group.ts';
import { initialGroupState } from './group-state.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import type { QueryFunc } from './query.ts';
import { restoreForState } from './restore-for-state.ts';
import { TestStorage } from './testing/test-storage.ts';

const minute = 60_000;
const group = parseRuleFile(
  'groups:\n  - name: g\n    rules:\n      - {alert: A, expr: x, for: 30m, labels: {team: ml, m: "{{ $labels.m }}"}}\n',
  { file: 'f' },
).groups[0]!;

/** A series ALERTS_FOR_STATE as an engine tells of it. */
interface Past {
  readonly activeAt: number;
  readonly downAt: number;
  /** Marked stale right after `downAt`. */
  readonly ended?: boolean;
}

const labels = { alertname: 'A', team: 'ml', m: 'spam' };

function engine(past: Past | undefined, now: number, asked: string[] = []): QueryFunc {
  const answer = (expr: string): number | undefined => {
    if (past === undefined) return undefined;
    if (expr.startsWith('last_over_time')) return past.activeAt / 1000;
    if (expr.includes('timestamp(')) return past.downAt / 1000;
    return (past.ended ? past.downAt : Math.min(now, past.downAt + 5 * minute)) / 1000;
  };
  return async (expr) => {
    asked.push(expr);
    const value = answer(expr);
    return value === undefined ? [] : [{ labels, value }];
  };
}

/** When the alert counts as having begun, after a restart at `now` and an evaluation. */
async function activeAtAfter(past: Past | undefined, now: number, asked?: string[]) {
  const first = await evaluateGroup(group, initialGroupState(group, { restored: false }), {
    now,
    externalLabels: {},
    externalUrl: '',
    query: async () => [{ labels: { m: 'spam' }, value: 1 }],
  });
  const state = await restoreForState(group, first.state, engine(past, now, asked), now, {
    outageToleranceMs: 60 * minute,
    gracePeriodMs: 10 * minute,
  });
  expect(state.rules[0]!.restored).toBe(true);
  return [...state.rules[0]!.alerts.values()][0]!.activeAt;
}

describe('an alert after a restart', () => {
  it('that had been pending 15 of 30 minutes has 15 left, the outage not counted', async () => {
    const activeAt = await activeAtAfter({ activeAt: 0, downAt: 15 * minute }, 25 * minute);
    expect(activeAt).toBe(10 * minute);
  });

  it('that had nearly fired waits for the grace period', async () => {
    const now = 40 * minute;
    const activeAt = await activeAtAfter({ activeAt: 0, downAt: 25 * minute }, now);
    expect(activeAt + 30 * minute).toBe(now + 10 * minute);
  });

  it('that had been firing fires at the next evaluation', async () => {
    const activeAt = await activeAtAfter({ activeAt: 0, downAt: 40 * minute }, 50 * minute);
    expect(activeAt).toBe(0);
  });

  it('that had ended before it starts anew', async () => {
    const now = 40 * minute;
    expect(await activeAtAfter({ activeAt: 0, downAt: 15 * minute, ended: true }, now)).toBe(now);
  });

  it('of which nothing is known starts anew', async () => {
    expect(await activeAtAfter(undefined, 40 * minute)).toBe(40 * minute);
  });

  it('is asked for by its fixed labels, as templates are not known before', async () => {
    const asked: string[] = [];
    await activeAtAfter({ activeAt: 0, downAt: minute }, 2 * minute, asked);
    expect(asked[0]).toBe('last_over_time(ALERTS_FOR_STATE{team="ml",alertname="A"}[1h])');
    expect(asked).toHaveLength(3);
  });

  it('of a rule whose for is shorter than the grace period is not restored', async () => {
    const state = initialGroupState(group, { restored: false });
    const restored = await restoreForState(
      group,
      state,
      () => Promise.reject(new Error('not asked')),
      0,
      {
        outageToleranceMs: 60 * minute,
        gracePeriodMs: 40 * minute,
      },
    );
    expect(restored.rules[0]!.restored).toBe(true);
  });
});

describe('over a real engine', () => {
  const series = { __name__: 'ALERTS_FOR_STATE', ...labels };

  /** Written once a minute from 1 to 15 minutes; then the program was down until 25. */
  async function activeAt(markedStale: boolean): Promise<number> {
    const storage = new TestStorage();
    for (let at = minute; at <= 15 * minute; at += minute) storage.append(series, at, 60);
    if (markedStale) storage.append(series, 16 * minute, 'stale');
    const query = engineQuery(new Engine(), storage);
    const now = 25 * minute;
    const first = await evaluateGroup(group, initialGroupState(group, { restored: false }), {
      now,
      externalLabels: {},
      externalUrl: '',
      query: async () => [{ labels: { m: 'spam' }, value: 1 }],
    });
    const state = await restoreForState(group, first.state, query, now, {
      outageToleranceMs: 60 * minute,
      gracePeriodMs: 10 * minute,
    });
    return [...state.rules[0]!.alerts.values()][0]!.activeAt;
  }

  it('the queries find what was written last', async () => {
    // It had been pending for 14 minutes, and 10 have been lost.
    expect(await activeAt(false)).toBe(11 * minute);
  });

  it('and see that an alert had ended', async () => {
    expect(await activeAt(true)).toBe(25 * minute);
  });
});
