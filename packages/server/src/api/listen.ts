import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { BellwetherError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isLoopback } from './guard/host-name.ts';

/**
 * Listens on `host:port`.
 * @returns An address that works on this machine, like `http://127.0.0.1:2355`.
 * @throws BellwetherError `BW_PORT_IN_USE` or `BW_LISTEN_FAILED`.
 */
export async function listen(app: FastifyInstance, address: string): Promise<string> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '') || '0.0.0.0';
  const port = Number(address.slice(colon + 1));
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new BellwetherError(
        'BW_PORT_IN_USE',
        `another program is listening on ${address}`,
        'Stop it, or choose another address with --listen (port 0 takes any free one).',
        { cause },
      );
    throw new BellwetherError(
      'BW_LISTEN_FAILED',
      `cannot listen on ${address}: ${messageOf(cause)}`,
      'Choose an address of this machine with --listen, like 127.0.0.1:2355.',
      { cause },
    );
  }
}

/**
 * Says loudly where other machines reach what listens, as there is no access control yet. The address that `listen`
 * returns does not show it: of all addresses it is only one.
 */
export function warnWhereOpen(app: FastifyInstance, log: Logger): void {
  const bound = app.server.address() as AddressInfo;
  if (!isLoopback(bound.address)) log.warn(openToOthers(bound));
}

function openToOthers({ address, family, port }: AddressInfo): string {
  const every = address === '0.0.0.0' || address === '::';
  const reached = every ? outwardAddresses() : [address];
  const where = reached.map((one) => (one.includes(':') ? `[${one}]:${port}` : `${one}:${port}`));
  const bound = family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
  return (
    `listening on ${bound}, which other machines reach${where.length > 0 ? ` as ${where.join(', ')}` : ''}: ` +
    'there is no access control, so whoever reaches it can read everything and write samples. ' +
    'Listen on 127.0.0.1, or let only a proxy that asks for a login reach it.'
  );
}

function outwardAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address, internal, scopeid }) =>
      internal || (scopeid ?? 0) > 0 ? [] : [address],
    ),
  );
}
