import { describe, expect, it } from 'vitest';
import { oneAhead } from './one-ahead.ts';

describe('loading one ahead', () => {
  it('begins the next before it hands out the one before, and never the one after that', async () => {
    const log: string[] = [];
    const load = async (i: number) => {
      log.push(`load ${i}`);
      return i;
    };
    for await (const i of oneAhead(3, load)) log.push(`use ${i}`);
    expect(log).toEqual(['load 0', 'load 1', 'use 0', 'load 2', 'use 1', 'use 2']);
    for await (const i of oneAhead(0, load)) expect.fail(`there is no ${i}`);
  });

  it('tells of a failure when its turn comes', async () => {
    const used: number[] = [];
    const all = async () => {
      for await (const i of oneAhead(3, async (n) =>
        n === 1 ? Promise.reject(new Error('no')) : n,
      ))
        used.push(i);
    };
    await expect(all()).rejects.toThrow('no');
    expect(used).toEqual([0]);
  });

  it('waits for what was begun when nobody wants more', async () => {
    let [begun, ended] = [0, 0];
    const load = async () => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended++;
    };
    for await (const _ of oneAhead(9, load)) break;
    expect([begun, ended]).toEqual([2, 2]);
  });
});
