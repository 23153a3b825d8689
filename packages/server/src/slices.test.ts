import { type Steps, toEnd } from '@bellwether/formats';
import { describe, expect, it } from 'vitest';
import { inSlices } from './slices.ts';

/** As long as a step may take at the most. */
function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function* counting(to: number, done: number[], name = 0): Steps<string> {
  for (let i = 0; i < to; i++) {
    busy(1);
    done.push(name);
    yield;
  }
  return 'counted';
}

describe('long work in slices', () => {
  it('comes to the same as in one go', async () => {
    expect(toEnd(counting(3, []))).toBe('counted');
    expect(await inSlices(counting(3, []))).toBe('counted');
  });

  it('lets others go between slices', async () => {
    const done: number[] = [];
    let before = -1;
    const work = inSlices(counting(60, done));
    setImmediate(() => {
      before = done.length;
    });
    await work;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(60);
  });

  it('does one slice in a round of the event loop, whoever there is', async () => {
    const done: number[] = [];
    let rounds = 0;
    let most = 0;
    let seen = 0;
    let over = false;
    const look = (): void => {
      rounds++;
      most = Math.max(most, done.length - seen);
      seen = done.length;
      if (!over) setImmediate(look);
    };
    const all = [1, 2, 3, 4].map((name) => inSlices(counting(40, done, name), undefined));
    // The first slice of each is done as it is begun.
    seen = done.length;
    setImmediate(look);
    await Promise.all(all);
    over = true;
    expect(new Set(done)).toEqual(new Set([1, 2, 3, 4]));
    expect(rounds).toBeGreaterThan(8);
    // Steps of a millisecond: a slice has no more than ten, and four of them would have forty.
    expect(most).toBeLessThanOrEqual(20);
  });

  it('ends where it may not go on', async () => {
    const done: number[] = [];
    const enough = (): void => {
      throw new Error('long enough');
    };
    await expect(inSlices(counting(1000, done), enough)).rejects.toThrow('long enough');
    expect(done.length).toBeLessThan(1000);
  });
});
