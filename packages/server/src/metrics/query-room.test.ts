import { describe, expect, it } from 'vitest';
import { QueryRoom } from './query-room.ts';

const patient = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a room for queries', () => {
  it('lets in as many as it has places, and the others in the order they came', async () => {
    const room = new QueryRoom({ concurrency: 2, totalBytes: 0 });
    const inside: string[] = [];
    const leaves = new Map<string, () => void>();
    for (const name of ['a', 'b', 'c', 'd'])
      void room.enter(patient).then(({ leave }) => {
        inside.push(name);
        leaves.set(name, leave);
      });
    await settled();
    expect(inside).toEqual(['a', 'b']);
    leaves.get('b')!();
    leaves.get('b')!();
    await settled();
    expect(inside).toEqual(['a', 'b', 'c']);
    leaves.get('c')!();
    await settled();
    expect(inside).toEqual(['a', 'b', 'c', 'd']);
    for (const leave of leaves.values()) leave();
    await expect(room.enter(patient)).resolves.toBeDefined();
  });

  it('forgets who waited and went away', async () => {
    const room = new QueryRoom({ concurrency: 1, totalBytes: 0 });
    const { leave } = await room.enter(patient);
    const gone = new AbortController();
    const waiting = room.enter(gone.signal);
    const next = room.enter(patient);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({
      code: 'canceled',
      message: 'query was canceled in query queue',
    });
    await expect(room.enter(gone.signal)).rejects.toMatchObject({ code: 'canceled' });
    expect(room.waiting).toBe(1);
    leave();
    await expect(next).resolves.toBeDefined();
  });

  it('counts what lasting answers hold with what queries take', () => {
    const { memory, ...room } = new QueryRoom({ concurrency: 1, totalBytes: 100 });
    expect(room).toBeDefined();
    expect(memory.take(60)).toBe(true);
    expect(memory.take(60)).toBe(false);
    memory.give(60);
    expect(memory.take(100)).toBe(true);
  });

  it('gives back what an answer held, once', () => {
    const room = new QueryRoom({ concurrency: 1, totalBytes: 100 });
    const release = room.keep(80);
    expect(room.memory.take(40)).toBe(false);
    release();
    release();
    expect(room.heldBytes).toBe(0);
    expect(room.memory.take(40)).toBe(true);
  });
});
