import { toEnd } from '@bellwether/formats';
import type { Labels } from '@bellwether/promql';
import { describe, expect, it } from 'vitest';
import { Head } from './head.ts';
import { SeriesGate, SeriesLimitError } from './series-limits.ts';

const series = (n: number, job?: string): Labels => ({
  __name__: 'm',
  n: String(n),
  ...(job === undefined ? {} : { job }),
});

function headOf(...all: Labels[]): Head {
  const head = new Head(0);
  for (const labels of all) head.append(head.get(head.ref(labels))!, 1000, 1);
  return head;
}

describe('limits of series', () => {
  it('let in what fits, and then say which key is met and what helps', () => {
    const gate = new SeriesGate(headOf(series(1), series(2)), { total: 3, perJob: 0 });
    expect(gate.refuse(series(3))).toBeUndefined();
    toEnd(gate.admit([series(3)]));
    expect(() => toEnd(gate.admit([series(3), series(4)]))).toThrow(
      new SeriesLimitError(
        'no new series are taken: 2 are in memory and storage.max_series allows 3; drop labels that take many values, or raise it; 2 of these are new',
      ),
    );
    expect(gate.refused).toEqual({ max_series: 2, max_series_per_job: 0, memory: 0 });
  });

  it('never stop series that are there, however full it is', () => {
    const there = [series(1, 'a'), series(2, 'a'), series(3)];
    const gate = new SeriesGate(headOf(...there), { total: 2, perJob: 1 });
    expect(() => toEnd(gate.admit(there))).not.toThrow();
    expect(gate.refuse(series(4))).toContain('storage.max_series allows 2');
  });

  it('count by job, those without one together', () => {
    const gate = new SeriesGate(headOf(series(1, 'a'), series(2, 'a'), series(3)), {
      total: 0,
      perJob: 2,
    });
    expect(gate.refuse(series(9, 'a'))).toContain(
      'of job "a": 2 are in memory and storage.max_series_per_job allows 2',
    );
    expect(gate.refuse(series(9, 'b'))).toBeUndefined();
    expect(gate.refuse(series(9))).toBeUndefined();
    expect(() => toEnd(gate.admit([series(4), series(5)]))).toThrow('of job ""');
    expect(gate.refused.max_series_per_job).toBe(3);
  });

  it('give room again once series have left', () => {
    const head = headOf(series(1), series(2));
    const gate = new SeriesGate(head, { total: 2, perJob: 0 });
    expect(gate.refuse(series(3))).toBeDefined();
    head.truncate(2000);
    expect(gate.refuse(series(3))).toBeUndefined();
  });

  it('hold for memory itself, too', () => {
    let memoryFull = true;
    const gate = new SeriesGate(headOf(series(1)), {
      total: 0,
      perJob: 0,
      memoryFull: () => memoryFull,
    });
    expect(gate.refuse(series(2))).toContain('--max-old-space-size');
    memoryFull = false;
    expect(gate.refuse(series(2))).toBeUndefined();
    expect(gate.refused.memory).toBe(1);
  });

  it('are none where they are 0', () => {
    const gate = new SeriesGate(headOf(series(1)), { total: 0, perJob: 0 });
    expect(gate.refuse(series(2))).toBeUndefined();
    expect(gate.roomToRefill).toBe(true);
  });
});
