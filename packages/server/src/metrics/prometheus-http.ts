import { type Millis, PromQLError } from '@bellwether/promql';
import { ask } from '../outbound/ask.ts';
import { basicOf } from '../outbound/basic.ts';
import { Connections } from '../outbound/connections.ts';
import { explain } from '../outbound/explain.ts';
import { readLimited, textOf } from '../outbound/read-limited.ts';
import { outsideText } from '../outside-text.ts';
import { type Envelope, envelopeSchema } from './prometheus-schemas.ts';

export interface PrometheusOptions {
  /** Address of any engine that answers Prometheus' HTTP API, without `/api/v1`. */
  readonly url: string;
  /** Sent with every request, for authorization or a tenant. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: Millis;
}

export type ApiParams = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/**
 * Asks an engine by Prometheus' HTTP API. Its refusals become the same `PromQLError`s our own engine throws; that it
 * cannot be reached is an `execution` error.
 */
export class PrometheusHttp {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: Millis;
  readonly #connections = new Connections({ proxy_from_environment: false }, process.cwd());

  constructor({ url, headers = {}, timeoutMs }: PrometheusOptions) {
    const { address, authorization } = withoutCredentials(url);
    this.#url = address;
    this.#headers = { ...authorization, ...headers };
    this.#timeoutMs = timeoutMs;
  }

  /** @throws PromQLError */
  async get(path: string, params: ApiParams, signal?: AbortSignal): Promise<Envelope> {
    const url = this.#url;
    const timeoutMs = this.#timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    let body: unknown;
    try {
      const question = new URLSearchParams(pairsOf(params));
      const answer = await ask({
        url: `${url}/api/v1/${path}?${question}`,
        headers: [['accept-encoding', 'gzip']],
        privateHeaders: Object.entries(this.#headers),
        connect: (to, elsewhere) => this.#connections.to(to, elsewhere),
        redirects: 'elsewhere',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      // An expression without selectors has no exemplars, which is said by nothing at all.
      if (answer.status === 204) return { status: 'success', data: [] };
      const text = textOf(await readLimited(answer.body, 0));
      body = text.startsWith('{') ? JSON.parse(text) : undefined;
    } catch (error) {
      if (signal?.aborted === true) throw new PromQLError('canceled', 'query was canceled');
      if (timeout.aborted)
        throw new PromQLError('timeout', `${url} did not answer within ${timeoutMs / 1000} s`);
      throw new PromQLError(
        'execution',
        outsideText(`${url} cannot be asked: ${explain(error, 'it did not answer in time')}`),
      );
    }
    if (body === undefined)
      throw new PromQLError('execution', `${url} does not know /api/v1/${path}`);
    const envelope = envelopeSchema.parse(body);
    if (envelope.status === 'success') return envelope;
    throw new PromQLError(
      CODES.get(envelope.errorType ?? '') ?? 'execution',
      outsideText(envelope.error ?? 'no reason given'),
    );
  }
}

const CODES: ReadonlyMap<string, PromQLError['code']> = new Map([
  ['bad_data', 'parse'],
  // VictoriaMetrics answers the number of the HTTP code.
  ['400', 'parse'],
  ['422', 'parse'],
  ['timeout', 'timeout'],
  ['canceled', 'canceled'],
]);

/** Credentials in an address go into a header, where they belong and no message shows them. */
function withoutCredentials(text: string): {
  address: string;
  authorization: Record<string, string>;
} {
  const url = new URL(text);
  const { username, password } = url;
  [url.username, url.password] = ['', ''];
  const address = url.href.replace(/\/$/, '');
  if (username === '' && password === '') return { address, authorization: {} };
  const identity = basicOf(decodeURIComponent(username), decodeURIComponent(password));
  return { address, authorization: { authorization: identity } };
}

function pairsOf(params: ApiParams): [string, string][] {
  const pairs = Array.isArray(params) ? params : Object.entries(params);
  return pairs.map(([name, value]): [string, string] => [name, value]);
}
