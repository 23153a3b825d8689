import type { HttpClientConfig } from '../config/http-client-schema.ts';
import { type Answer, ask } from './ask.ts';
import { basicOf } from './basic.ts';
import { Connections } from './connections.ts';
import { readCredential } from './credential-file.ts';
import { explain } from './explain.ts';
import { OAuth2Token } from './oauth2-token.ts';
import { readChunks } from './read-limited.ts';

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
  /** Whether another host than the one that was asked answers, by a redirect. */
  readonly fromElsewhere: boolean;
  /** The body, unpacked, in the pieces it came in. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * Makes GET requests as Prometheus' HTTP client options say: identity, TLS, proxy, redirects. Files of credentials are read
 * at each request, so that a rotated token works at once. One client keeps its connections open between requests.
 */
export class HttpClient {
  readonly #config: HttpClientConfig;
  readonly #directory: string;
  readonly #connections: Connections;
  readonly #token: OAuth2Token | undefined;

  /** @param directory Relative paths of credential files start here. */
  constructor(config: HttpClientConfig, directory: string) {
    this.#config = config;
    this.#directory = directory;
    this.#connections = new Connections(config, directory);
    this.#token =
      config.oauth2 === undefined ? undefined : new OAuth2Token(config.oauth2, directory);
  }

  /** @throws Error with a sentence fit for the targets page; no credential stands in it. */
  async get(request: HttpRequest): Promise<HttpAnswer> {
    const signal = AbortSignal.timeout(request.timeoutMs);
    try {
      const identity = await this.#identity(signal);
      let response = await this.#ask(request, identity, signal);
      if (response.status === 401 && this.#token !== undefined && identity !== null) {
        // The token may have been withdrawn before its time: once more with another.
        await response.discard();
        this.#token.forget(identity);
        response = await this.#ask(request, await this.#token.header(signal), signal);
      }
      return await answerOf(response, request.maxBytes);
    } catch (error) {
      throw new Error(
        explain(error, `the target did not answer within ${request.timeoutMs / 1000} s`),
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#connections.close();
    await this.#token?.close();
  }

  async #ask(
    { url, headers }: HttpRequest,
    identity: string | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { follow_redirects, follow_redirects_to_local } = this.#config;
    return ask({
      url,
      headers: Object.entries({ 'accept-encoding': 'gzip', ...headers }),
      privateHeaders: [
        ...(await this.#configured()),
        ...(identity === null ? [] : [['authorization', identity] as const]),
      ],
      connect: (to, elsewhere) => this.#connections.to(to, elsewhere),
      redirects: !follow_redirects ? 'none' : follow_redirects_to_local ? 'anywhere' : 'elsewhere',
      signal,
    });
  }

  /** `http_headers`, a value each. */
  async #configured(): Promise<[string, string][]> {
    const all: [string, string][] = [];
    for (const [name, of] of Object.entries(this.#config.http_headers ?? {})) {
      for (const value of of.values) all.push([name, value]);
      for (const secret of of.secrets) all.push([name, secret.reveal()]);
      for (const file of of.files) all.push([name, await this.#file(file)]);
    }
    return all;
  }

  async #identity(signal: AbortSignal): Promise<string | null> {
    const { basic_auth: basic, authorization, bearer_token, bearer_token_file } = this.#config;
    if (this.#token !== undefined) return this.#token.header(signal);
    if (basic !== undefined) {
      const user =
        basic.username_file === undefined ? basic.username : await this.#file(basic.username_file);
      const password =
        basic.password_file === undefined
          ? (basic.password?.reveal() ?? '')
          : await this.#file(basic.password_file);
      return basicOf(user, password);
    }
    if (authorization?.credentials !== undefined)
      return `${authorization.type} ${authorization.credentials.reveal()}`;
    if (authorization?.credentials_file !== undefined)
      return `${authorization.type} ${await this.#file(authorization.credentials_file)}`;
    if (bearer_token !== undefined) return `Bearer ${bearer_token.reveal()}`;
    if (bearer_token_file !== undefined) return `Bearer ${await this.#file(bearer_token_file)}`;
    return null;
  }

  #file(path: string): Promise<string> {
    return readCredential(this.#directory, path);
  }
}

async function answerOf(answer: Answer, maxBytes: number): Promise<HttpAnswer> {
  if (answer.status !== 200) {
    await answer.discard();
    throw new Error(`server returned HTTP status ${answer.statusText}`);
  }
  const { contentType, fromElsewhere, body } = answer;
  return { contentType, fromElsewhere, chunks: await readChunks(body, maxBytes) };
}
