import { compileMatcher } from '@bellwether/promql';
import type { FastifyReply, FastifyRequest } from 'fastify';

const ALLOWED = {
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, Origin',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-expose-headers': 'Date',
} as const;

/** Tells a browser whether a page of another origin may read the answer. */
export type Cors = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * @param origins A regular expression that the whole of an origin has to match, as of Prometheus' `--web.cors.origin`
 * Source: prometheus/prometheus, util/httputil/cors.go.
 */
export function corsFor(origins: string): Cors {
  const isWelcome = compileMatcher({ name: 'origin', op: '=~', value: origins });
  return ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin');
    if (origin === undefined) return;
    reply.headers(ALLOWED);
    if (origins === '.*') reply.header('access-control-allow-origin', '*');
    else if (isWelcome(origin)) reply.header('access-control-allow-origin', origin);
  };
}
