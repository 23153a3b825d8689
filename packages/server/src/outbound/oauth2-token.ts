import { z } from 'zod';
import type { OAuth2Config } from '../config/http-client-schema.ts';
import { type Answer, ask } from './ask.ts';
import { basicOf } from './basic.ts';
import { Connections } from './connections.ts';
import { readCredential } from './credential-file.ts';
import { explain } from './explain.ts';
import { readLimited, textOf } from './read-limited.ts';

const MAX_BYTES = 1024 * 1024;
/** A token is not used any more so long before it expires: requests take time. */
const MARGIN_MS = 10_000;

const answerSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().default('Bearer'),
  expires_in: z.coerce.number().positive().optional(),
});
const errorSchema = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

/**
 * A token of the client credentials grant, asked for when it is needed and kept until it expires.
 * Source: RFC 6749, sections 2.3.1 and 4.4.
 */
export class OAuth2Token {
  readonly #config: OAuth2Config;
  readonly #directory: string;
  readonly #connections: Connections;
  /** One that nobody sets: a token must not outlive its time because the day is set back. */
  readonly #clock: () => number;
  #current: { readonly header: string; readonly until: number } | undefined;
  #asking: Promise<string> | undefined;
  /** Where the server wants to find who asks: first in a header, and in the body if it refuses that. */
  #inBody: boolean | undefined;

  /** @param directory Relative paths of credential and certificate files start here. */
  constructor(config: OAuth2Config, directory: string, clock = (): number => performance.now()) {
    this.#config = config;
    this.#directory = directory;
    this.#connections = new Connections(config, directory);
    this.#clock = clock;
  }

  /**
   * The value of an `Authorization` header.
   * @throws Error that names the token's address and what is wrong; no credential stands in it.
   */
  header(signal: AbortSignal): Promise<string> {
    if (this.#current !== undefined && this.#clock() < this.#current.until)
      return Promise.resolve(this.#current.header);
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Asks for another the next time, unless this one has been replaced already. */
  forget(header: string): void {
    if (this.#current?.header === header) this.#current = undefined;
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { origin, pathname } = new URL(this.#config.token_url);
    try {
      let response = await this.#post(this.#inBody ?? false, signal);
      if (!isOk(response) && this.#inBody === undefined) {
        await response.discard();
        response = await this.#post(true, signal);
        if (isOk(response)) this.#inBody = true;
      } else if (isOk(response)) this.#inBody ??= false;
      const text = textOf(await readLimited(response.body, MAX_BYTES));
      if (!isOk(response)) throw new Error(`HTTP status ${response.status}${reasonIn(text)}`);
      return this.#keep(text);
    } catch (cause) {
      throw new Error(
        `cannot get an OAuth 2.0 token from ${origin}${pathname}: ${explain(cause, 'it did not answer in time')}`,
        { cause },
      );
    }
  }

  #keep(text: string): string {
    const parsed = answerSchema.safeParse(jsonOf(text));
    if (!parsed.success) throw new Error('its answer is no token');
    const { access_token, token_type, expires_in } = parsed.data;
    const type = token_type.toLowerCase() === 'bearer' ? 'Bearer' : token_type;
    const header = `${type} ${access_token}`;
    const until =
      expires_in === undefined ? Infinity : this.#clock() + expires_in * 1000 - MARGIN_MS;
    this.#current = { header, until };
    return header;
  }

  async #post(inBody: boolean, signal: AbortSignal): Promise<Answer> {
    const { client_id, client_secret, client_secret_file, scopes, token_url } = this.#config;
    const secret =
      client_secret_file === undefined
        ? (client_secret?.reveal() ?? '')
        : await readCredential(this.#directory, client_secret_file);
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of Object.entries(this.#config.endpoint_params))
      form.set(name, value.reveal());
    if (inBody) {
      form.set('client_id', client_id);
      if (secret !== '') form.set('client_secret', secret);
    }
    const identity = basicOf(encodeURIComponent(client_id), encodeURIComponent(secret));
    return ask({
      url: token_url,
      headers: [
        ['content-type', 'application/x-www-form-urlencoded'],
        ['accept', 'application/json'],
      ],
      privateHeaders: inBody ? [] : [['authorization', identity]],
      form: form.toString(),
      connect: (url) => this.#connections.to(url),
      // Whoever it leads to is not the one the secret is for.
      redirects: 'none',
      signal,
    });
  }
}

function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error code of RFC 6749, section 5.2; nothing else of the answer is repeated. */
function reasonIn(text: string): string {
  const parsed = errorSchema.safeParse(jsonOf(text));
  return parsed.success ? ` (${parsed.data.error})` : '';
}
