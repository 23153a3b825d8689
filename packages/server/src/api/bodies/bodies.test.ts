import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { bodyOf, receiveBodies } from './bodies.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { type Patience, patience } from './patience.ts';

const MIB = 2 ** 20;
const PATIENT: Patience = {
  header_timeout: 60_000,
  request_timeout: 60_000,
  idle_timeout: 60_000,
};

let app: FastifyInstance;
let budget: MemoryBudget;
let port: number;
const open: ClientRequest[] = [];

async function listen(
  options: Partial<Parameters<typeof receiveBodies>[1]>,
  waits: Partial<Patience> = {},
): Promise<void> {
  app = Fastify({ forceCloseConnections: true, ...patience({ ...PATIENT, ...waits }) });
  budget = receiveBodies(app, options);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({ error: error.message }),
  );
  app.post('/', { bodyLimit: 4 * MIB }, async (request) => ({ bytes: bodyOf(request).length }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
}

afterEach(async () => {
  for (const one of open.splice(0)) one.destroy();
  await app.close();
});

/** Sends the headers of a request, and as much of its body as there is. */
function begin(body: Buffer, announced?: number): ClientRequest {
  const headers = announced === undefined ? {} : { 'content-length': announced };
  const sent = request({ host: '127.0.0.1', port, method: 'POST', headers });
  sent.on('error', () => undefined);
  open.push(sent);
  sent.flushHeaders();
  if (body.length > 0) sent.write(body);
  return sent;
}

async function answerOf(sent: ClientRequest) {
  const [message] = await once(sent, 'response');
  return { status: message.statusCode, body: JSON.parse(await text(message)) };
}

async function post(body: Buffer) {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    body: new Uint8Array(body),
  });
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    body: (await response.json()) as object,
    ...(retryAfter === null ? {} : { retryAfter }),
  };
}

/** Until what was sent has arrived, or is gone. */
async function holds(bytes: number): Promise<void> {
  while (budget.heldBytes !== bytes) await new Promise((resolve) => setImmediate(resolve));
}

describe('bodies on their way in', () => {
  it('take the memory that is there of them, and none that is announced only', async () => {
    await listen({ memoryBytes: 2 * MIB });
    for (let i = 0; i < 20; i++) begin(Buffer.alloc(0), 4 * MIB);
    begin(Buffer.alloc(1000), 4 * MIB);
    await holds(1000);
    expect(await post(Buffer.alloc(MIB))).toEqual({ status: 200, body: { bytes: MIB } });
  });

  it('have to come again where others take it all, until those are gone', async () => {
    await listen({ memoryBytes: 2 * MIB });
    const first = [begin(Buffer.alloc(MIB), 4 * MIB), begin(Buffer.alloc(MIB), 4 * MIB)];
    await holds(2 * MIB);
    expect(await post(Buffer.alloc(1000))).toEqual({
      status: 503,
      retryAfter: '2',
      body: { error: expect.stringContaining('(server.body_memory): send it again') },
    });
    for (const one of first) one.destroy();
    await holds(0);
    expect(await post(Buffer.alloc(1000))).toEqual({ status: 200, body: { bytes: 1000 } });
  });

  it('may be one that is larger than the memory, while it is alone', async () => {
    await listen({ memoryBytes: MIB });
    expect(await post(Buffer.alloc(3 * MIB))).toEqual({ status: 200, body: { bytes: 3 * MIB } });
    await holds(0);
  });

  it('are not read further where they are too large', async () => {
    await listen({});
    expect(await answerOf(begin(Buffer.alloc(0), 4 * MIB + 1))).toMatchObject({ status: 413 });
    const endless = begin(Buffer.alloc(3 * MIB));
    endless.write(Buffer.alloc(2 * MIB));
    expect(await answerOf(endless)).toMatchObject({ status: 413 });
    await holds(0);
  });

  it.each([
    ['nothing of which comes', 0],
    ['which stop', 100_000],
  ])('%s are given up', async (_, bytes) => {
    await listen({ stalledAfterMs: 50 });
    expect(await answerOf(begin(Buffer.alloc(bytes), MIB))).toEqual({
      status: 408,
      body: { error: 'the body came too slowly, or not at all: send it again' },
    });
    await holds(0);
  });

  it('that come byte by byte are given up too', async () => {
    await listen({ stalledAfterMs: 100 });
    const slow = begin(Buffer.alloc(0), MIB);
    const drip = setInterval(() => slow.write('x'), 5);
    expect(await answerOf(slow)).toMatchObject({ status: 408 });
    clearInterval(drip);
  });

  it('have to be there in time as a whole', async () => {
    const waits = { header_timeout: 100, request_timeout: 200 };
    await listen({ stalledAfterMs: 60_000 }, waits);
    const sent = begin(Buffer.alloc(1000), MIB);
    const [message] = await once(sent, 'response');
    expect(message.statusCode).toBe(408);
  });
});

describe('a connection', () => {
  it.each([
    ['says nothing', ''],
    ['does not end its headers', 'POST / HTTP/1.1\r\nHost: x\r\nA: b\r\n'],
  ])('that %s is closed', async (_, said) => {
    await listen({}, { header_timeout: 50 });
    const socket = connect(port, '127.0.0.1');
    socket.write(said);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });
});
