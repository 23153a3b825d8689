import { z } from 'zod';
import type { Part } from '../../part.ts';
import type { Telemetry } from '../../telemetry.ts';
import { RollupJob, type RollupJobOptions, type RollupState } from './rollup-job.ts';

export interface RollupsPartOptions extends RollupJobOptions {
  readonly telemetry: Pick<Telemetry, 'counter' | 'gauge'>;
}

/** Rolls up, says how far it is on `/metrics`, and answers `GET /api/bellwether/v1/rollups`. */
export function rollupsPart({ telemetry, ...options }: RollupsPartOptions): Part {
  const job = new RollupJob(options);
  telemetry.gauge(
    'bellwether_rollups_behind_seconds',
    'Time that could be rolled up and is not, in whole hours; NaN until it was looked for the first time.',
    () => job.state.hoursBehind * 3600,
  );
  telemetry.counter(
    'bellwether_rollups_samples_total',
    'Samples that were rolled up, repeated ones counted again.',
    () => job.state.samples,
  );
  telemetry.counter(
    'bellwether_rollups_failures_total',
    'Times that samples could not be rolled up; it is tried again each minute.',
    () => job.state.failures,
  );
  return {
    name: 'rollups',
    start: async () => job.start(),
    stop: () => job.stop(),
    async routes(app) {
      app.get('/api/bellwether/v1/rollups', { config: { openApi } }, async () => shown(job.state));
    },
  };
}

const rollupsSchema = z.object({
  behindSeconds: z
    .number()
    .nullable()
    .describe('Time that could be rolled up and is not; null until it was looked for.'),
  samples: z.int().describe('Samples that were rolled up since the start.'),
  failures: z.int().describe('Times that it could not be done since the start.'),
  error: z.string().nullable().describe('Why it cannot go on; null when it can.'),
});

function shown({ hoursBehind, ...state }: RollupState): z.output<typeof rollupsSchema> {
  return { behindSeconds: Number.isNaN(hoursBehind) ? null : hoursBehind * 3600, ...state };
}

const openApi = {
  summary: 'How far the sums are that long questions read instead of samples.',
  responses: {
    200: {
      description: 'What is behind, and why.',
      content: { 'application/json': { schema: z.toJSONSchema(rollupsSchema) } },
    },
  },
};
