import Fastify from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Logger } from '../../log.ts';
import { Telemetry } from '../../telemetry.ts';
import { rollupsPart } from './part.ts';
import type { RollupJobOptions } from './rollup-job.ts';

const HOUR_MS = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A part whose clock is the test's, and what it says of itself. */
async function started(history: RollupJobOptions['history']) {
  const telemetry = new Telemetry();
  const app = Fastify();
  const part = rollupsPart({
    history,
    settled: async () => 10 * HOUR_MS,
    retentionMs: 10 * HOUR_MS,
    log: { error: vi.fn() } as unknown as Logger,
    clock: () => 10 * HOUR_MS,
    telemetry,
  });
  await part.routes!(app);
  await part.start!();
  return {
    part,
    asked: async () => (await app.inject('/api/bellwether/v1/rollups')).json(),
    metric: async (name: string) => {
      const text = await telemetry.registry.getSingleMetricAsString(name);
      return text.split(' ').at(-1);
    },
  };
}

it('does not know how far behind it is before it has looked, then says it both ways', async () => {
  const left = [2, 1, 0];
  const { asked, metric, part } = await started({
    backlog: async () => {
      const hours = left.shift()!;
      return hours === 0 ? { hours, next: undefined } : { hours, next: { day: 0, hours: [0] } };
    },
    rollUp: async () => 100,
  } as unknown as RollupJobOptions['history']);
  expect(await asked()).toEqual({ behindSeconds: null, samples: 0, failures: 0, error: null });
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await asked()).toEqual({ behindSeconds: 0, samples: 200, failures: 0, error: null });
  expect(await metric('bellwether_rollups_samples_total')).toBe('200');
  await part.stop!();
});

it('says why it cannot go on, and stays unknown until it can', async () => {
  const { asked, part } = await started({
    backlog: async () => {
      throw new Error('the disk is full');
    },
    rollUp: async () => 0,
  });
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await asked()).toEqual({
    behindSeconds: null,
    samples: 0,
    failures: 1,
    error: 'the disk is full',
  });
  await part.stop!();
});
