import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hostName, isLoopback } from './host-name.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { type Caller, foreignPage, type KnownAs, unknownHost } from './strangers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only asks, whatever its method: a POST that carries a long query. */
    readonly changesNothing?: boolean;
  }
}

/** `server` of the configuration. */
export interface GuardOptions {
  readonly allowed_hosts: readonly string[];
  readonly external_url?: string | undefined;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps pages of strangers, which run in the browsers of people who can reach this server, from changing anything, from
 * reading by a name of their own, and from framing ours. Before anything of a body is read.
 */
export function guardAgainstStrangers(app: FastifyInstance, options: GuardOptions): void {
  const known = knownAs(options);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const caller = callerOf(request);
    const changes = !SAFE.has(request.method) && !request.routeOptions.config.changesNothing;
    const refusal = unknownHost(caller, known) ?? (changes ? foreignPage(caller) : null);
    if (refusal !== null)
      await reply.code(403).send({ status: 'error', errorType: 'forbidden', error: refusal });
  });
}

function knownAs({ allowed_hosts, external_url }: GuardOptions): KnownAs {
  const own = external_url === undefined ? [] : [new URL(external_url).host];
  const hosts = [...allowed_hosts, ...own];
  return { hosts: new Set(hosts.flatMap((host) => hostName(host) ?? [])) };
}

function callerOf({ headers, socket }: FastifyRequest): Caller {
  const fetchSite = headers['sec-fetch-site'];
  return {
    host: headers.host,
    origin: headers.origin,
    fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
    throughLoopback: isLoopback(socket.localAddress),
  };
}
