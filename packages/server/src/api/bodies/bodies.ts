import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Lease, MemoryBudget, MemoryBudgetError } from './memory-budget.ts';
import { receiveBody } from './receive-body.ts';

export interface BodyOptions {
  /** What all requests that are being received may hold together. */
  readonly memoryBytes: number;
  /** A body of which hardly anything came for this long is given up. */
  readonly stalledAfterMs: number;
}

const DEFAULT_BODY_OPTIONS: BodyOptions = { memoryBytes: 256 * 2 ** 20, stalledAfterMs: 30_000 };

const leases = new WeakMap<FastifyRequest, Lease>();

/**
 * Lets every door of `app` receive bodies in one way: counted as they come, against one budget for all doors, and given
 * up when nothing comes. A handler finds the bytes by {@link bodyOf}, whatever their type.
 */
export function receiveBodies(
  app: FastifyInstance,
  options: Partial<BodyOptions> = {},
): MemoryBudget {
  const { memoryBytes, stalledAfterMs } = { ...DEFAULT_BODY_OPTIONS, ...options };
  const budget = new MemoryBudget(memoryBytes);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, message: Readable) =>
    receiveBody(message, leaseOf(request), {
      limitBytes: request.routeOptions.bodyLimit!,
      announcedBytes: Number(request.headers['content-length']),
      stalledAfterMs,
    }),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET') return;
    const lease = budget.begin();
    leases.set(request, lease);
    reply.raw.once('close', () => lease.release());
  });
  app.addHook('onError', async (_request, reply, error) => {
    if (error instanceof MemoryBudgetError)
      reply.header('retry-after', Math.ceil(error.retryAfterSeconds));
  });
  return budget;
}

/** What a request holds: what becomes of its body counts too. */
function leaseOf(request: FastifyRequest): Lease {
  return leases.get(request)!;
}

/** The body of a request; empty where there is none. */
export function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Reads a body by what takes memory of its own, counted too for as long as that is. */
export async function holding<T>(
  request: FastifyRequest,
  read: (hold: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const lease = leaseOf(request);
  let held = 0;
  try {
    return await read((bytes) => {
      lease.hold(bytes);
      held += bytes;
    });
  } finally {
    lease.giveBack(held);
  }
}
