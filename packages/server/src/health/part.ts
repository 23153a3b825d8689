import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { LoadedConfig } from '../config/load.ts';
import type { Part } from '../part.ts';
import { type OverviewOptions, OverviewService } from './overview.ts';
import { overviewSchema } from './schemas.ts';

/** The system health page as data, judged by the thresholds of the configuration in force. */
export function healthPart(options: OverviewOptions): Part {
  const overview = new OverviewService(options);
  return {
    name: 'health',
    async reload({ config }: LoadedConfig) {
      return async () => overview.judgeBy(config.health);
    },
    async routes(app: FastifyInstance) {
      app.get('/api/bellwether/v1/overview', { config: { openApi } }, () => overview.read());
    },
  };
}

const openApi = {
  summary: 'Is all well? The system health page as data.',
  responses: {
    200: {
      description: 'Every model with its four panels, the alerts and the targets.',
      content: { 'application/json': { schema: z.toJSONSchema(overviewSchema) } },
    },
  },
};
