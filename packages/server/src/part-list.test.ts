import { describe, expect, it, vi } from 'vitest';
import type { LoadedConfig } from './config/load.ts';
import type { Logger } from './log.ts';
import type { Part } from './part.ts';
import { PartList } from './part-list.ts';

const next = {} as LoadedConfig;

/** Parts that write down what is done to them. */
function recorded(...parts: readonly Partial<Part>[]): {
  list: PartList;
  done: string[];
  errors: unknown[];
} {
  const done: string[] = [];
  const error = vi.fn();
  const list = new PartList(
    parts.map((own, i): Part => {
      const name = 'abc'[i]!;
      const note = (what: string) => async () => {
        done.push(`${what} ${name}`);
      };
      return {
        name,
        start: note('start'),
        stop: note('stop'),
        reload: async () => {
          done.push(`ask ${name}`);
          return note('change');
        },
        ...own,
      };
    }),
    { error } as unknown as Logger,
  );
  return { list, done, errors: error.mock.calls };
}

const failing = async (): Promise<never> => {
  throw new Error('it cannot');
};

describe('a list of parts', () => {
  it('starts down the flow and stops up', async () => {
    const { list, done } = recorded({}, {}, {});
    await list.start();
    await list.stop();
    expect(done).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
  });

  it('stops all where one cannot start, and says why', async () => {
    const { list, done } = recorded({}, { start: failing }, {});
    await expect(list.start()).rejects.toThrow('it cannot');
    expect(done).toEqual(['start a', 'stop c', 'stop b', 'stop a']);
  });

  it('stops the others where one cannot stop, and logs which', async () => {
    const { list, done, errors } = recorded({}, { stop: failing }, {});
    await list.stop();
    expect(done).toEqual(['stop c', 'stop a']);
    expect(errors).toEqual([[{ part: 'b', error: 'it cannot' }, expect.any(String)]]);
  });

  it('asks all whether they can reload before any changes', async () => {
    const { list, done } = recorded({}, {});
    await list.reload(next);
    expect(done).toEqual(['ask a', 'ask b', 'change a', 'change b']);
  });

  it('changes none where one cannot', async () => {
    const { list, done } = recorded({}, { reload: failing });
    await expect(list.reload(next)).rejects.toThrow('it cannot');
    expect(done).toEqual(['ask a']);
  });

  it('has no trouble where no part has, and says all there is', () => {
    expect(recorded({}, { trouble: () => null }).list.trouble()).toBeNull();
    const { list } = recorded({ trouble: () => 'the disk is full' }, {}, { trouble: () => 'late' });
    expect(list.trouble()).toBe('the disk is full\nlate');
  });
});
