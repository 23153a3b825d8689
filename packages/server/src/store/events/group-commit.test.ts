import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

/** A commit that ends when it is told to. */
function gated() {
  const groups: number[][] = [];
  const gates: { done: () => void; fail: (error: Error) => void }[] = [];
  const commits = new GroupCommit<number>({
    spacingMs: 0,
    commit: (group) => {
      groups.push([...group]);
      return new Promise((done, fail) => gates.push({ done, fail }));
    },
  });
  return { commits, groups, gates };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('writers that share a commit', () => {
  it('the first goes at once, what comes meanwhile goes together', async () => {
    const { commits, groups, gates } = gated();
    const writers = [1, 2, 3].map((n) => commits.add(n));
    await turn();
    expect(groups).toEqual([[1, 2, 3]]);
    writers.push(commits.add(4), commits.add(5));
    await turn();
    expect(groups).toHaveLength(1);
    gates[0]!.done();
    await Promise.all(writers.slice(0, 3));
    await turn();
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    gates[1]!.done();
    await Promise.all(writers);
  });

  it('a commit that fails tells its own writers, and the next one is tried', async () => {
    const { commits, gates } = gated();
    const first = commits.add(1);
    await turn();
    const second = commits.add(2);
    gates[0]!.fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    await turn();
    gates[1]!.done();
    await second;
    await commits.idle();
  });

  it('idle waits for what waits', async () => {
    const { commits, groups, gates } = gated();
    void commits.add(1);
    await turn();
    void commits.add(2);
    let idle = false;
    const waiting = commits.idle().then(() => {
      idle = true;
    });
    gates[0]!.done();
    await turn();
    expect(idle).toBe(false);
    gates[1]!.done();
    await waiting;
    expect(groups).toEqual([[1], [2]]);
  });

  it('commits begin at least the spacing apart', async () => {
    const began: number[] = [];
    const commits = new GroupCommit<number>({
      spacingMs: 30,
      commit: async () => {
        began.push(performance.now());
      },
    });
    for (let n = 0; n < 3; n++) await commits.add(n);
    // Timers may fire a fraction of a millisecond early.
    for (let n = 1; n < 3; n++) expect(began[n]! - began[n - 1]!).toBeGreaterThan(28);
  });
});
