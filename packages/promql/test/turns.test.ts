import { describe, expect, it } from 'vitest';
import { inTurns } from '../src/engine/host.ts';

describe('queries that let others run', () => {
  it('go on one in each turn of the event loop, in the order they came', async () => {
    const turns: (() => void)[] = [];
    const pause = inTurns((run) => void turns.push(run));
    const went: string[] = [];
    const go = async (name: string): Promise<void> => {
      await pause();
      went.push(name);
      await pause();
      went.push(name);
    };
    const all = Promise.all([go('a'), go('b'), go('c')]);
    const seen: number[] = [];
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      expect(turns).toHaveLength(0);
      turn();
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(went.length);
    }
    await all;
    expect(went).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
