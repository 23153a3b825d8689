import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endStalledAnswers } from './stalled-answers.ts';

const IDLE_MS = 60_000;

let app: FastifyInstance;
let answer: Readable | string;

beforeEach(async () => {
  app = Fastify({ forceCloseConnections: true, keepAliveTimeout: IDLE_MS });
  endStalledAnswers(app, 100);
  app.get('/', () => answer);
  await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => app.close());

/** More than the buffers of the system take. */
function* muchMore(): Generator<Buffer> {
  for (let i = 0; i < 1_000; i++) yield Buffer.alloc(100_000, 'x');
}

function ask() {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return socket;
}

describe('an answer', () => {
  it('ends when its client takes nothing of it, and lets go of what it was made of', async () => {
    const stream = Readable.from(muchMore(), { objectMode: false });
    answer = stream;
    ask().pause();
    await once(stream, 'close');
    expect(stream.readableEnded).toBe(false);
  });

  it('ends so too when it is one text', async () => {
    answer = 'x'.repeat(100_000_000);
    const taken = once(app.server, 'connection');
    ask().pause();
    const [socket] = await taken;
    await once(socket, 'close');
    expect(socket.bytesWritten).toBeGreaterThan(0);
  });

  it('goes on while its client takes it, however slowly it is made', async () => {
    answer = Readable.from(
      (async function* () {
        yield 'first, ';
        await new Promise((resolve) => setTimeout(resolve, 300));
        yield 'second';
      })(),
      { objectMode: false },
    );
    let text = '';
    for await (const piece of ask()) text += String(piece);
    expect(text).toContain('first, ');
    expect(text).toContain('second');
  });

  it('leaves its connection to be idle for as long as connections may', async () => {
    answer = 'short';
    const connected = once(app.server, 'connection') as Promise<[Socket]>;
    const { port } = app.server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true });
    const [message] = await once(request({ host: '127.0.0.1', port, agent }).end(), 'response');
    message.resume();
    await once(message, 'end');
    const [connection] = await connected;
    expect(connection.timeout).toBeGreaterThanOrEqual(IDLE_MS);
    agent.destroy();
  });
});
