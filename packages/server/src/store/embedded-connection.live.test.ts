import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouses, type OpenedClickHouse } from '../testing/clickhouses.ts';

/** Fails after much of it was answered. */
const FAILS = 'SELECT toString(number), throwIf(number > 400000) FROM numbers(500000)';
let opened: OpenedClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  opened = await clickHouses[0]!.open();
  client = opened.client;
});
afterAll(() => opened.remove());

async function rowsOf(query: string, signal?: AbortSignal): Promise<number> {
  const answer = await client.query({
    query,
    format: 'JSONCompactEachRow',
    ...(signal === undefined ? {} : { abort_signal: signal }),
  });
  return (await answer.json()).length;
}

describe('an answer of the embedded ClickHouse', () => {
  it('has nothing of one that failed before it, however many ask at the same time', async () => {
    for (let round = 0; round < 3; round++) {
      const queries = [FAILS, 'SELECT 1', FAILS, FAILS, 'SELECT 1', 'SELECT 1'];
      const answers = await Promise.all(
        queries.map((query) => rowsOf(query).catch(() => 'failed')),
      );
      expect(answers).toEqual(['failed', 1, 'failed', 'failed', 1, 1]);
    }
  });

  it('has nothing of one that failed after nobody waited for it any more', async () => {
    const gone = new AbortController();
    const answer = rowsOf(FAILS, gone.signal);
    setImmediate(() => gone.abort());
    await expect(answer).rejects.toThrow(/abort/i);
    expect(await rowsOf('SELECT 1')).toBe(1);
  });

  it('is given up at once by who waits for his turn, and never asked for then', async () => {
    const first = rowsOf('SELECT sleep(1)');
    const gone = new AbortController();
    const order: string[] = [];
    const second = rowsOf(FAILS, gone.signal).catch(() => order.push('second'));
    gone.abort();
    await Promise.all([second, first.then(() => order.push('first'))]);
    expect(order).toEqual(['second', 'first']);
    expect(await rowsOf('SELECT 1')).toBe(1);
  });
});
