import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from './guard/security-headers.ts';

/** The built pages, at `/`. */
export async function pageRoutes(
  app: FastifyInstance,
  { folder }: { readonly folder: string },
): Promise<void> {
  if (!existsSync(folder)) {
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The pages are not built yet: run `npm run build`. The API works.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    maxAge: '1h',
    setHeaders: (reply, path) => {
      const hashed = path.includes('/assets/');
      reply.header('content-security-policy', PAGE_POLICY);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
