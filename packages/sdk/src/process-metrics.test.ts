import { describe, expect, it } from 'vitest';
import { processFamilies } from './process-metrics.ts';

describe('process metrics', () => {
  it('are one set for the whole process', () => {
    expect(processFamilies()).toBe(processFamilies());
  });

  it('say what Node says of this process', () => {
    const values = new Map<string, number>();
    const before = process.cpuUsage();
    for (const family of processFamilies()) {
      family.collect((_suffix, _labels, value) => values.set(family.name, value));
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
