import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A target that answers scrapes with whatever an attacker likes. */
export class Target {
  page: () => Iterable<string> = () => ['stranger_up 1\n'];
  /** Scrapes that were answered since the page changed. */
  answered = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      // Whoever has heard enough hangs up.
      await pipeline(Readable.from(this.page()), response).catch(() => undefined);
      this.answered++;
    });
  }

  static async start(): Promise<Target> {
    const target = new Target();
    target.#server.listen(0, '127.0.0.1');
    await once(target.#server, 'listening');
    return target;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
