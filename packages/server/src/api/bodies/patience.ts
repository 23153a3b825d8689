import type { FastifyServerOptions } from 'fastify';
import type { Config } from '../../config/schema.ts';

/** How long the server waits for those who ask it: a part of `server` in the configuration, in milliseconds. */
export type Patience = Pick<
  Config['server'],
  'header_timeout' | 'request_timeout' | 'idle_timeout'
>;

const LOOK_EVERY_MS = 5000;

/** The settings of an HTTP server that waits no longer than this for headers, for requests, and between them. */
export function patience(server: Patience): Pick<
  FastifyServerOptions,
  'requestTimeout' | 'keepAliveTimeout'
> & {
  http: { headersTimeout: number; connectionsCheckingInterval: number };
} {
  return {
    requestTimeout: server.request_timeout,
    keepAliveTimeout: server.idle_timeout,
    http: {
      headersTimeout: server.header_timeout,
      // Node looks for connections that took too long only now and then.
      connectionsCheckingInterval: Math.ceil(Math.min(LOOK_EVERY_MS, server.header_timeout / 2)),
    },
  };
}
