import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Computed } from './metric/computed.ts';
import type { Aggregation, Family } from './metric/family.ts';
import { labelSet } from './metric/labels.ts';

/** How often the event loop is looked at. Node records the whole time between two looks. */
const RESOLUTION_MS = 10;

const NO_LABELS = labelSet([], []);

let families: readonly Family[] | undefined;

/**
 * CPU, memory and event loop of this process, under the names that Prometheus clients share.
 *
 * One set for the whole process, however many models it watches. The event loop's figures cover the
 * time since they were last read, so two scrapers see shorter spans each.
 */
export function processFamilies(): readonly Family[] {
  families ??= createProcessFamilies();
  return families;
}

function createProcessFamilies(): Family[] {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // Before the first look, and right after a reading, nobody knows.
  const lagSeconds = (nanoseconds: number) =>
    delay.count === 0 ? Number.NaN : Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
  const single = (
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    read: () => number,
    aggregation?: Aggregation,
  ) => new Computed(type, name, help, () => [{ labels: NO_LABELS, value: read() }], aggregation);
  const startSeconds = Math.round(performance.timeOrigin) / 1000;
  return [
    single(
      'counter',
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds',
      () => {
        const { system, user } = process.cpuUsage();
        return (system + user) / 1e6;
      },
    ),
    single('gauge', 'process_resident_memory_bytes', 'Resident memory size in bytes', () =>
      process.memoryUsage.rss(),
    ),
    single(
      'gauge',
      'process_start_time_seconds',
      'Start time of the process since unix epoch in seconds',
      () => startSeconds,
      'omit',
    ),
    single(
      'gauge',
      'nodejs_heap_size_used_bytes',
      'Memory of the heap that is in use in bytes',
      () => process.memoryUsage().heapUsed,
    ),
    single(
      'gauge',
      'nodejs_eventloop_lag_mean_seconds',
      'Mean delay of the event loop',
      () => lagSeconds(delay.mean),
      'average',
    ),
    single(
      'gauge',
      'nodejs_eventloop_lag_p99_seconds',
      '99th percentile of the delay of the event loop',
      () => {
        const p99 = lagSeconds(delay.percentile(99));
        // Read last of the two, so the next reading covers the time from here on.
        delay.reset();
        return p99;
      },
      'average',
    ),
  ];
}
