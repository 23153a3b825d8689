import type { FastifyInstance } from 'fastify';
import type { Part } from '../part.ts';
import { createHttpServer, type HttpOptions } from './http.ts';
import { listen, warnWhereOpen } from './listen.ts';

export interface HttpPartOptions extends HttpOptions {
  /** `host:port` */
  readonly address: string;
  /** Registers what all parts answer. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
}

/** The door that all routes are behind: open from its start to its end. */
export class HttpPart implements Part {
  readonly name = 'http';
  readonly #options: HttpPartOptions;
  #app: FastifyInstance | undefined;
  #url = '';

  constructor(options: HttpPartOptions) {
    this.#options = options;
  }

  /** Where it listens, like `http://127.0.0.1:2355`; known once it has started. */
  get url(): string {
    return this.#url;
  }

  /** @throws BellwetherError `BW_PORT_IN_USE` or `BW_LISTEN_FAILED`. */
  async start(): Promise<void> {
    const { address, log, routes } = this.#options;
    this.#app = await createHttpServer(this.#options);
    await routes(this.#app);
    this.#url = await listen(this.#app, address);
    warnWhereOpen(this.#app, log);
  }

  async stop(): Promise<void> {
    await this.#app?.close();
  }
}
