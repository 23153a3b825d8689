import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { outsideText } from '../outside-text.ts';
import type { Telemetry } from '../telemetry.ts';
import { receiveBodies } from './bodies/bodies.ts';
import { type Patience, patience } from './bodies/patience.ts';
import { answerClientError } from './client-error.ts';
import { type GuardOptions, guardAgainstStrangers } from './guard/guard.ts';
import { openApiRoute } from './openapi.ts';
import { endStalledAnswers } from './stalled-answers.ts';

export interface HttpOptions {
  /** How requests are received, and whose. */
  readonly server: GuardOptions &
    Patience &
    Pick<Config['server'], 'answer_timeout' | 'body_memory' | 'body_timeout'>;
  readonly telemetry: Pick<Telemetry, 'http'>;
  readonly log: Logger;
}

/** The one HTTP server, with what all requests have in common; what it answers, parts register. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { server, telemetry, log } = options;
  const waits = patience(server);
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    ...waits,
    // As much as Go's net/http takes: long lists of match[] come in the address.
    http: { ...waits.http, maxHeaderSize: 1024 * 1024 },
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 1024 },
  });

  guardAgainstStrangers(app, server);
  endStalledAnswers(app, server.answer_timeout);
  receiveBodies(app, {
    memoryBytes: server.body_memory,
    stalledAfterMs: server.body_timeout,
  });
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
