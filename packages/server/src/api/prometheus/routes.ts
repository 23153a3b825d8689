import type { FastifyInstance } from 'fastify';
import { corsFor } from './cors.ts';
import { toApiError } from './errors.ts';
import { queryRoutes } from './query-routes.ts';
import { routerOf } from './router.ts';
import { ruleRoutes } from './rule-routes.ts';
import { seriesRoutes } from './series-routes.ts';
import { adminRoutes, type StatusParts, statusRoutes } from './status-routes.ts';
import { targetRoutes } from './target-routes.ts';

/** Prometheus' HTTP API, `/api/v1/*`. Source: prometheus.io, "HTTP API". */
export async function prometheusRoutes(
  app: FastifyInstance,
  { corsOrigin, ...parts }: StatusParts & { readonly corsOrigin: string },
): Promise<void> {
  app.setErrorHandler((error, _request, reply) => {
    const { code, body } = toApiError(error);
    return reply.code(code).send(body);
  });
  const router = routerOf(app, corsFor(corsOrigin));
  queryRoutes(router, parts);
  seriesRoutes(router, parts);
  ruleRoutes(router, parts);
  targetRoutes(router, parts);
  statusRoutes(router, parts);
  adminRoutes(app);
}
