import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { SetClock } from '../testing/set-clock.ts';
import { JumpMeter } from './jump-meter.ts';
import { ClockWatch } from './part.ts';

const clocks = () => new SetClock(1_700_000_000_000);

describe('a clock that is set', () => {
  it('has jumped by so much, once', () => {
    const pair = clocks();
    const meter = new JumpMeter(pair);
    pair.pass(7_200_000);
    expect(meter.take()).toBe(0);
    pair.set(-3_600_000);
    pair.pass(10);
    expect([meter.take(), meter.take()]).toEqual([-3_600_000, 0]);
    pair.set(60_000);
    expect(meter.take()).toBe(60_000);
  });

  it('has not jumped where it is brought to the right time little by little', () => {
    const pair = clocks();
    const meter = new JumpMeter(pair);
    for (let i = 0; i < 100; i++) {
      pair.pass(5000);
      pair.set(-100);
      expect(meter.take()).toBe(0);
    }
  });

  it('is told of and counted', () => {
    const lines: string[] = [];
    const pair = clocks();
    const watch = new ClockWatch(
      pair,
      pino({}, { write: (line: string) => void lines.push(line) }),
    );
    watch.look();
    pair.set(-3_600_000);
    watch.look();
    pair.set(86_400_000);
    watch.look();
    watch.look();
    expect(watch.jumps).toBe(2);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      expect.stringContaining('the clock was set back by 1h: scrapes and rules go on'),
      expect.stringContaining('the clock was set ahead by 1d, or the machine slept'),
    ]);
  });
});
