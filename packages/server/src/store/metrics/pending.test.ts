import { describe, expect, it } from 'vitest';
import { createLogger } from '../../log.ts';
import type { HistoryBatch } from './history.ts';
import { Pending } from './pending.ts';

const log = createLogger({ level: 'silent' });

/** A ClickHouse that refuses until told otherwise, and counts what it has. */
class Refusing {
  refuses = true;
  rows = 0;
  series = 0;
  readonly pending = new Pending(async (batch: HistoryBatch) => {
    if (this.refuses) throw new Error('no');
    this.series += batch.series.length;
    for (const { rows } of batch.samples) this.rows += rows;
  }, log);

  async commit(): Promise<void> {
    await this.pending.commit().catch(() => undefined);
  }
}

describe('what ClickHouse does not have yet', () => {
  it('stays over refusals, in its order, and is written once', async () => {
    const clickhouse = new Refusing();
    clickhouse.pending.addSeries(1n, { __name__: 'a' });
    for (let i = 0; i < 5; i++) {
      clickhouse.pending.addSample(1n, i, i);
      await expect(clickhouse.pending.commit()).rejects.toThrow('no');
    }
    expect(clickhouse.pending.size).toBe(5);
    expect(clickhouse.pending.error).toBe('no');
    clickhouse.refuses = false;
    await clickhouse.commit();
    await clickhouse.commit();
    expect([clickhouse.rows, clickhouse.series, clickhouse.pending.size]).toEqual([5, 1, 0]);
    expect(clickhouse.pending.error).toBeNull();
  });

  it('is bounded: the oldest is given up and known to be, senders are told to wait long before', async () => {
    const clickhouse = new Refusing();
    const { pending } = clickhouse;
    const start = 1_795_000_000_000;
    let busyFrom = 0;
    for (let i = 0; i < 4_100_000; i++) {
      pending.addSample(1n, start + i, i);
      if (busyFrom === 0 && pending.busy) busyFrom = i;
    }
    expect(busyFrom).toBe(2_000_000);
    expect(pending.gaveUp(start)).toBe(false);
    await clickhouse.commit();
    expect(pending.size).toBeLessThanOrEqual(4_000_000);
    expect(pending.size + pending.lost).toBe(4_100_000);
    expect(pending.gaveUp(start)).toBe(true);
    expect(pending.gaveUp(start + pending.lost - 1)).toBe(true);
    expect(pending.gaveUp(start + pending.lost)).toBe(false);
  });
});
