import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SetClock } from '../../testing/set-clock.ts';
import { GroupRunner } from './group-runner.ts';

const START = 1_700_000_000_000;
const SECOND = 1000;
const HOUR = 3_600_000;
const INTERVAL = 15 * SECOND;

let clock: SetClock;
let runner: GroupRunner;
let evaluated: number[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  clock = new SetClock(START);
  evaluated = [];
  runner = new GroupRunner({
    group: { name: 'g', file: 'f', rules: [] },
    query: async () => [],
    write: () => undefined,
    onEvaluated: (_, { state }) => void evaluated.push(state.evaluatedAt ?? Number.NaN),
    defaultIntervalMs: INTERVAL,
    externalLabels: {},
    externalUrl: '',
    clocks: clock,
    log: pino({ level: 'silent' }),
  });
  await runner.start();
  evaluated = [];
});
afterEach(async () => {
  await runner.stop();
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += SECOND) {
    clock.pass(SECOND);
    await vi.advanceTimersByTimeAsync(SECOND);
  }
}

describe('a rule group on its beat', () => {
  it('is evaluated at each interval', async () => {
    await pass(60 * SECOND);
    expect(evaluated).toHaveLength(4);
    expect(evaluated.map((at) => at - evaluated[0]!)).toEqual([0, 15_000, 30_000, 45_000]);
  });

  it.each([-HOUR, -20 * SECOND, HOUR])(
    'goes on at its beat when the clock is set by %d ms, at the times that it says then',
    async (by) => {
      await pass(20 * SECOND);
      clock.set(by);
      const before = evaluated.length;
      await pass(60 * SECOND);
      const after = evaluated.slice(before);
      expect(after.length).toBeGreaterThanOrEqual(3);
      for (const at of after) {
        expect(at).toBeGreaterThan(START + by);
        expect(at).toBeLessThanOrEqual(clock.wall());
        expect(Math.abs(at - evaluated[0]!) % INTERVAL).toBe(0);
      }
      expect(new Set(after).size).toBe(after.length);
    },
  );
});
