import { existsSync } from 'node:fs';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import type { OtlpSettings } from '../collect/otlp/settings.ts';
import { BellwetherError, messageOf } from '../errors.ts';
import type { Overview } from '../health/schemas.ts';
import type { Logger } from '../log.ts';
import type { MetricSource } from '../metrics/source.ts';
import { outsideText } from '../outside-text.ts';
import type { MetricSink } from '../store/metrics/sink.ts';
import type { Telemetry } from '../telemetry.ts';
import { bellwetherRoutes } from './bellwether/routes.ts';
import { answerClientError } from './client-error.ts';
import { type EventRoutesOptions, eventRoutes } from './events.ts';
import { type GuardOptions, guardAgainstStrangers } from './guard/guard.ts';
import { PAGE_POLICY } from './guard/security-headers.ts';
import { otlpRoutes } from './otlp.ts';
import { federateRoute } from './prometheus/federate.ts';
import { prometheusRoutes } from './prometheus/routes.ts';
import type { ServerStatus } from './prometheus/server-status.ts';
import { type PushOptions, remoteWriteRoutes } from './remote-write.ts';
import { type StoredEventRoutesOptions, storedEventRoutes } from './stored-events.ts';

export interface HttpOptions {
  readonly source: MetricSource;
  readonly guard: GuardOptions;
  /** Which origins' pages may read answers to queries, as a regular expression. */
  readonly corsOrigin: string;
  /** Where pushed samples go. */
  readonly sink: MetricSink;
  readonly onMetadata: NonNullable<PushOptions['metadata']>;
  readonly otlp: OtlpSettings;
  readonly onExemplars: NonNullable<PushOptions['exemplars']>;
  readonly events: Pick<EventRoutesOptions, 'sink' | 'limits'> & {
    readonly stored: StoredEventRoutesOptions['events'];
  };
  readonly telemetry: Telemetry;
  readonly log: Logger;
  readonly clock: () => number;
  readonly overview: () => Promise<Overview>;
  readonly reload: () => Promise<void>;
  readonly status: () => ServerStatus;
  /** Null when ready; otherwise what is not. */
  readonly notReady: () => string | null;
  /** Folder of the built pages. */
  readonly pages: string;
}

/** The one HTTP server: every protocol below it is a file of its own. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { source, sink, telemetry, clock, notReady, pages, log } = options;
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
  app.get('/-/healthy', async (_request, reply) =>
    reply.type('text/plain').send('Bellwether is healthy.\n'),
  );
  app.get('/-/ready', async (_request, reply) => {
    const reason = notReady();
    if (reason === null) return reply.type('text/plain').send('Bellwether is ready.\n');
    return reply.code(503).type('text/plain').send(`Bellwether is not ready: ${reason}\n`);
  });
  app.post('/-/reload', async (_request, reply) => {
    try {
      await options.reload();
      return reply.type('text/plain').send('Reloaded.\n');
    } catch (error) {
      const remedy = error instanceof BellwetherError ? `\n${error.remedy}` : '';
      return reply
        .code(500)
        .type('text/plain')
        .send(`Not reloaded: ${messageOf(error)}${remedy}\n`);
    }
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics()),
  );
  const pushed = { sink, metadata: options.onMetadata, exemplars: options.onExemplars, clock };
  await app.register(remoteWriteRoutes, { prefix: '/api/v1', ...pushed });
  await app.register(otlpRoutes, { ...pushed, settings: options.otlp });
  await app.register(prometheusRoutes, {
    prefix: '/api/v1',
    source,
    clock,
    status: options.status,
    corsOrigin: options.corsOrigin,
  });
  await app.register(federateRoute, {
    source,
    clock,
    externalLabels: () => options.status().config.global.external_labels,
  });
  const { stored, ...received } = options.events;
  const ours = { prefix: '/api/bellwether/v1', clock };
  await app.register(eventRoutes, { ...ours, ...received, telemetry });
  await app.register(storedEventRoutes, { ...ours, events: stored });
  await app.register(bellwetherRoutes, {
    prefix: '/api/bellwether/v1',
    overview: options.overview,
  });

  if (existsSync(pages)) {
    await app.register(fastifyStatic, {
      root: pages,
      maxAge: '1h',
      setHeaders: (reply, path) => {
        const hashed = path.includes('/assets/');
        reply.header('content-security-policy', PAGE_POLICY);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  } else {
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The pages are not built yet: run `npm run build`. The API works.\n'),
    );
  }
  return app;
}
