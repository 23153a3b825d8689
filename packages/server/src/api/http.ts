import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { outsideText } from '../outside-text.ts';
import type { Telemetry } from '../telemetry.ts';
import { answerClientError } from './client-error.ts';
import { type GuardOptions, guardAgainstStrangers } from './guard/guard.ts';
import { openApiRoute } from './openapi.ts';

export interface HttpOptions {
  readonly guard: GuardOptions;
  readonly telemetry: Pick<Telemetry, 'http'>;
  readonly log: Logger;
}

/** The one HTTP server, with what all requests have in common; what it answers, parts register. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { telemetry, log } = options;
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    // As much as Go's net/http takes: long lists of match[] come in the address.
    http: { maxHeaderSize: 1024 * 1024 },
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 1024 },
  });

  guardAgainstStrangers(app, options.guard);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const labels = { route, method: request.method, code: reply.statusCode };
    telemetry.http(labels, reply.elapsedTime / 1000);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500)
      log.error({ url: outsideText(request.url), error: error.stack }, 'request failed');
    return reply.code(code).send({ error: messageOf(error) });
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    return reply
      .code(404)
      .send({ status: 'error', errorType: 'not_found', error: `there is no ${path}` });
  });

  await app.register(compress, { global: true, threshold: 1024 });
  openApiRoute(app);
  return app;
}
