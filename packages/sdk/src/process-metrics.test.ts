import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { processFamilies } from './process-metrics.ts';

function read(): Map<string, number> {
  const values = new Map<string, number>();
  for (const family of processFamilies()) {
    family.collect((_suffix, _labels, value) => values.set(family.name, value));
  }
  return values;
}

describe('process metrics', () => {
  it('are one set for the whole process', () => {
    expect(processFamilies()).toBe(processFamilies());
  });

  it('know no delay of the event loop before it was looked at', () => {
    expect([...read().keys()].filter((name) => name.includes('eventloop'))).toEqual([]);
  });

  it('say what Node says of this process', async () => {
    const before = process.cpuUsage();
    let values = read();
    // Node looks at the event loop in its own time, and a reading makes it start anew.
    while (!values.has('nodejs_eventloop_lag_mean_seconds')) {
      await setTimeout(50);
      values = read();
    }
    const after = process.cpuUsage();
    const cpu = values.get('process_cpu_seconds_total')!;
    expect(cpu).toBeGreaterThanOrEqual((before.user + before.system) / 1e6);
    expect(cpu).toBeLessThanOrEqual((after.user + after.system) / 1e6);
    expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(values.get('process_start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 2);
    expect(values.get('nodejs_eventloop_lag_mean_seconds')).toBeGreaterThanOrEqual(0);
    expect(values.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });
});
