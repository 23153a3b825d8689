import { readFile } from 'node:fs/promises';
import type { SecureVersion } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import type { HttpClientConfig } from '../config/http-client-schema.ts';
import { resolveFrom } from '../config/paths.ts';
import { messageOf } from '../errors.ts';

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** The agent that connects as `tls_config` says; a new one takes over when a certificate file has changed. */
export class TlsAgents {
  readonly #tls: HttpClientConfig['tls_config'];
  readonly #directory: string;
  readonly #make: (connect: buildConnector.BuildOptions) => Dispatcher;
  #agent: Dispatcher | undefined;
  #files = '';

  constructor(
    tls: HttpClientConfig['tls_config'],
    directory: string,
    make: (connect: buildConnector.BuildOptions) => Dispatcher,
  ) {
    this.#tls = tls;
    this.#directory = directory;
    this.#make = make;
  }

  /** @throws Error that names the file which cannot be read. */
  async current(): Promise<Dispatcher> {
    const tls = this.#tls;
    const [ca, cert, key] = await Promise.all([
      this.#pem('CA', tls?.ca, tls?.ca_file),
      this.#pem('certificate', tls?.cert, tls?.cert_file),
      this.#pem('key', tls?.key?.reveal(), tls?.key_file),
    ]);
    const files = JSON.stringify([ca, cert, key]);
    if (this.#agent !== undefined && files === this.#files) return this.#agent;
    // Requests under way end on the old agent; it closes when they have.
    void this.#agent?.close();
    this.#files = files;
    this.#agent = this.#make({
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tls?.server_name === undefined ? {} : { servername: tls.server_name }),
      ...(tls?.min_version === undefined ? {} : { minVersion: VERSIONS[tls.min_version]! }),
      ...(tls?.max_version === undefined ? {} : { maxVersion: VERSIONS[tls.max_version]! }),
      rejectUnauthorized: tls?.insecure_skip_verify !== true,
    });
    return this.#agent;
  }

  async close(): Promise<void> {
    await this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #pem(
    what: string,
    text: string | undefined,
    path: string | undefined,
  ): Promise<string | undefined> {
    if (path === undefined) return text;
    const file = resolveFrom(this.#directory, path);
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      throw new Error(`cannot read the TLS ${what} ${file}: ${messageOf(cause)}`, { cause });
    }
  }
}
