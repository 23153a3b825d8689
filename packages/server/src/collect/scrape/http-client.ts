import { readFile } from 'node:fs/promises';
import { Agent, fetch, type Response } from 'undici';
import type { HttpClientConfig } from '../../config/http-client-schema.ts';
import { resolveFrom } from '../../config/paths.ts';
import { messageOf } from '../../errors.ts';
import { version } from '../../version.ts';
import { readLimited } from './read-limited.ts';
import { TlsAgents } from './tls-agents.ts';

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Of the body once unpacked; 0 for no limit of the caller's. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  /** As the server wrote it; empty when it wrote none. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * Makes GET requests as Prometheus' HTTP client options say: identity, TLS, redirects. Files of credentials are read at
 * each request, so that a rotated token works at once. One client keeps its connections open between requests.
 */
export class HttpClient {
  readonly #config: HttpClientConfig;
  readonly #directory: string;
  readonly #agents: TlsAgents;

  /** @param directory Relative paths of credential files start here. */
  constructor(config: HttpClientConfig, directory: string) {
    this.#config = config;
    this.#directory = directory;
    this.#agents = new TlsAgents(config.tls_config, directory, (connect) => new Agent({ connect }));
  }

  /** @throws Error with a sentence fit for the targets page; no credential stands in it. */
  async get(request: HttpRequest): Promise<HttpAnswer> {
    const { url, headers, timeoutMs, maxBytes } = request;
    try {
      const identity = await this.#identity();
      const response = await fetch(url, {
        headers: {
          'user-agent': `Bellwether/${version}`,
          'accept-encoding': 'gzip',
          ...headers,
          ...(identity === null ? {} : { authorization: identity }),
        },
        dispatcher: await this.#agents.current(),
        redirect: this.#config.follow_redirects ? 'follow' : 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await answerOf(response, maxBytes);
    } catch (error) {
      throw new Error(explain(error, timeoutMs), { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#agents.close();
  }

  async #identity(): Promise<string | null> {
    const { basic_auth: basic, authorization, bearer_token, bearer_token_file } = this.#config;
    if (basic !== undefined) {
      const user =
        basic.username_file === undefined ? basic.username : await this.#file(basic.username_file);
      const password =
        basic.password_file === undefined
          ? (basic.password?.reveal() ?? '')
          : await this.#file(basic.password_file);
      return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    }
    if (authorization?.credentials !== undefined)
      return `${authorization.type} ${authorization.credentials.reveal()}`;
    if (authorization?.credentials_file !== undefined)
      return `${authorization.type} ${await this.#file(authorization.credentials_file)}`;
    if (bearer_token !== undefined) return `Bearer ${bearer_token.reveal()}`;
    if (bearer_token_file !== undefined) return `Bearer ${await this.#file(bearer_token_file)}`;
    return null;
  }

  async #file(path: string): Promise<string> {
    const file = resolveFrom(this.#directory, path);
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (cause) {
      throw new Error(`cannot read credentials from ${file}: ${messageOf(cause)}`, { cause });
    }
  }
}

async function answerOf(response: Response, maxBytes: number): Promise<HttpAnswer> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`server returned HTTP status ${response.status} ${response.statusText}`.trim());
  }
  return {
    contentType: response.headers.get('content-type') ?? '',
    bytes: await readLimited(response.body ?? [], maxBytes),
  };
}

/** What went wrong, in the words of the innermost error: fetch itself only says that it failed. */
function explain(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `the target did not answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error && error.message === 'fetch failed' ? error.cause : error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return messageOf(cause.errors[0]);
  return messageOf(cause ?? error);
}
