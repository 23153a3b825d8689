import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BellwetherError, messageOf } from '../errors.ts';
import type { Telemetry } from '../telemetry.ts';

export interface OperationRoutesOptions {
  readonly telemetry: Pick<Telemetry, 'registry'>;
  /** Null when ready; otherwise what is not. */
  readonly notReady: () => string | null;
  /** @param askedBy Who wants it. */
  readonly reload: (askedBy: string) => Promise<void>;
}

/** What those need who run this process, under the paths that Prometheus has for it. */
export async function operationRoutes(
  app: FastifyInstance,
  { notReady, reload, telemetry }: OperationRoutesOptions,
): Promise<void> {
  app.get('/-/healthy', async (_request, reply) =>
    reply.type('text/plain').send('Bellwether is healthy.\n'),
  );
  app.get('/-/ready', async (_request, reply) => {
    const reason = notReady();
    if (reason === null) return reply.type('text/plain').send('Bellwether is ready.\n');
    return reply.code(503).type('text/plain').send(`Bellwether is not ready: ${reason}\n`);
  });
  app.post('/-/reload', async (request, reply) => {
    try {
      await reload(`${peerOf(request)} by POST /-/reload`);
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
}

/** Who is at the other end of the connection. */
function peerOf({ socket }: FastifyRequest): string {
  const { remoteAddress = 'somebody who is gone', remoteFamily, remotePort } = socket;
  return remoteFamily === 'IPv6'
    ? `[${remoteAddress}]:${remotePort}`
    : `${remoteAddress}:${remotePort}`;
}
