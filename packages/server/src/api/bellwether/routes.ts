import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Overview, overviewSchema } from '../../health/schemas.ts';
import { version } from '../../version.ts';
import { eventPaths } from '../events-openapi.ts';

export interface BellwetherApiOptions {
  readonly overview: () => Promise<Overview>;
}

/** Bellwether's own API, `/api/bellwether/v1/*`, with its OpenAPI document made from the same schemas. */
export async function bellwetherRoutes(
  app: FastifyInstance,
  { overview }: BellwetherApiOptions,
): Promise<void> {
  app.get('/overview', async () => overview());
  app.get('/openapi.json', async () => openApi);
}

const openApi = {
  openapi: '3.1.0',
  info: { title: 'Bellwether', version },
  paths: {
    ...eventPaths,
    '/api/bellwether/v1/overview': {
      get: {
        summary: 'Is all well? The system health page as data.',
        responses: {
          200: {
            description: 'Every model with its four panels, the alerts and the targets.',
            content: { 'application/json': { schema: z.toJSONSchema(overviewSchema) } },
          },
        },
      },
    },
  },
};
