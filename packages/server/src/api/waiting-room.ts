import Fastify, { type FastifyInstance } from 'fastify';
import { type Patience, patience } from './bodies/patience.ts';
import { type GuardOptions, guardAgainstStrangers } from './guard/guard.ts';
import { listen } from './listen.ts';

const RETRY_AFTER_SECONDS = 5;

/** A part of `server` in the configuration. */
type WaitingRoomOptions = GuardOptions & Patience & { readonly listen: string };

/**
 * Stands at the server's address while the store cannot be opened: says why on `/-/ready`, and sends everybody else away
 * in a way that senders of samples understand as "come again".
 */
export class WaitingRoom {
  readonly #server: WaitingRoomOptions;
  #app: FastifyInstance | undefined;
  #reason = '';

  /** @param server That of the configuration. */
  constructor(server: WaitingRoomOptions) {
    this.#server = server;
  }

  /**
   * Opens its door, or changes the reason that is given there.
   * @throws BellwetherError `BW_PORT_IN_USE` or `BW_LISTEN_FAILED`.
   */
  async open(reason: string): Promise<void> {
    this.#reason = reason;
    if (this.#app !== undefined) return;
    const app = Fastify({ logger: false, forceCloseConnections: true, ...patience(this.#server) });
    guardAgainstStrangers(app, this.#server);
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
    await listen(app, this.#server.listen);
    this.#app = app;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    this.#app = undefined;
  }
}
