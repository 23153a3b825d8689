import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { HttpClientConfig } from '../config/http-client-schema.ts';
import type { ProxyConfig } from '../config/proxy-schema.ts';
import { type ChooseProxy, proxyChooser } from './choose-proxy.ts';
import { lookupElsewhere } from './local-address.ts';
import { TlsAgents } from './tls-agents.ts';

export type ConnectionConfig = ProxyConfig & Pick<HttpClientConfig, 'tls_config'>;

/** Connections as `tls_config` and the proxy keys say, kept open between requests. */
export class Connections {
  readonly #config: ConnectionConfig;
  readonly #directory: string;
  /** By what they go through. */
  readonly #agents = new Map<string, TlsAgents>();
  #chooseProxy: ChooseProxy | undefined;

  /** @param directory Relative paths of certificate files start here. */
  constructor(config: ConnectionConfig, directory: string) {
    this.#config = config;
    this.#directory = directory;
  }

  /**
   * @param elsewhere Fails where the name leads to the own machine or its link; a proxy looks names up itself.
   * @throws Error that names the certificate file or the variable of the environment that cannot be used.
   */
  async to(url: string, elsewhere = false): Promise<Dispatcher> {
    const target = new URL(url);
    this.#chooseProxy ??= proxyChooser(this.#config);
    const proxy = this.#chooseProxy(target);
    const secure = target.protocol === 'https:';
    const key =
      proxy === undefined ? (elsewhere ? 'elsewhere' : '') : `${target.protocol} ${proxy.href}`;
    let agents = this.#agents.get(key);
    if (agents === undefined) {
      agents = new TlsAgents(this.#config.tls_config, this.#directory, (connect) =>
        proxy === undefined
          ? new Agent({ connect: elsewhere ? { ...connect, lookup: lookupElsewhere } : connect })
          : new ProxyAgent({
              uri: proxy.origin,
              // http targets are asked through the proxy by their whole address, https ones by CONNECT.
              proxyTunnel: false,
              requestTls: connect,
              proxyTls: connect,
              headers: {
                ...proxyAuthorization(proxy),
                ...(secure ? this.#connectHeaders() : {}),
              },
            }),
      );
      this.#agents.set(key, agents);
    }
    return agents.current();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agents) => agents.close()));
    this.#agents.clear();
  }

  #connectHeaders(): Record<string, string[]> {
    return Object.fromEntries(
      Object.entries(this.#config.proxy_connect_header ?? {}).map(([name, values]) => [
        name,
        values.map((value) => value.reveal()),
      ]),
    );
  }
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const identity = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(identity).toString('base64')}` };
}
