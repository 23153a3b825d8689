import type { FastifyInstance } from 'fastify';
import { version } from '../version.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the OpenAPI document says of the route: an Operation Object. Routes without one are not in it. */
    readonly openApi?: Readonly<Record<string, unknown>>;
  }
}

/**
 * Gathers what routes say of themselves, each as it is registered, and shows it as one document.
 * Source: OpenAPI Specification 3.1.0.
 */
export function openApiRoute(app: FastifyInstance): void {
  const paths = new Map<string, Record<string, unknown>>();
  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.openApi === undefined) return;
    const item = paths.get(url) ?? {};
    paths.set(url, item);
    for (const one of [method].flat()) if (one !== 'HEAD') item[one.toLowerCase()] = config.openApi;
  });
  app.get('/api/bellwether/v1/openapi.json', async () => ({
    openapi: '3.1.0',
    info: { title: 'Bellwether', version },
    paths: Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
}
