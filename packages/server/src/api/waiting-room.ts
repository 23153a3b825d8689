import Fastify, { type FastifyInstance } from 'fastify';
import { listen } from './http.ts';

const RETRY_AFTER_SECONDS = 5;

/**
 * Stands at the server's address while the store cannot be opened: says why on `/-/ready`, and sends everybody else away
 * in a way that senders of samples understand as "come again".
 */
export class WaitingRoom {
  readonly #address: string;
  #app: FastifyInstance | undefined;
  #reason = '';

  constructor(address: string) {
    this.#address = address;
  }

  /**
   * Opens its door, or changes the reason that is given there.
   * @throws BellwetherError `BW_PORT_IN_USE` or `BW_LISTEN_FAILED`.
   */
  async open(reason: string): Promise<void> {
    this.#reason = reason;
    if (this.#app !== undefined) return;
    const app = Fastify({ logger: false, forceCloseConnections: true });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, body, done) => {
      body.resume();
      body.once('end', () => done(null));
    });
    app.get('/-/healthy', async (_request, reply) =>
      reply.type('text/plain').send('Bellwether is healthy.\n'),
    );
    app.setNotFoundHandler((request, reply) => {
      const error = `Bellwether is not ready: ${this.#reason}`;
      reply.code(503).header('retry-after', RETRY_AFTER_SECONDS);
      return request.url.startsWith('/api/')
        ? reply.send({ status: 'error', errorType: 'unavailable', error })
        : reply.type('text/plain').send(`${error}\n`);
    });
    await listen(app, this.#address);
    this.#app = app;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    this.#app = undefined;
  }
}
