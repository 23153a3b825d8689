import { BlockList, isIP } from 'node:net';
import type { ProxyConfig } from '../config/proxy-schema.ts';

/** The proxy that a request to an address goes through; undefined: none. */
export type ChooseProxy = (url: URL) => URL | undefined;

/**
 * Chooses as Prometheus does: `proxy_url` alone is for every request. With `no_proxy`, and with proxies of the environment,
 * localhost and what is listed are asked directly.
 * Source: prometheus.io, "Configuration", `<http_config>`; Go, golang.org/x/net/http/httpproxy, `Config.NoProxy`.
 * @throws Error when a variable of the environment holds no address.
 */
export function proxyChooser(
  config: ProxyConfig,
  environment: NodeJS.ProcessEnv = process.env,
): ChooseProxy {
  const { proxy_url, no_proxy = '', proxy_from_environment } = config;
  if (!proxy_from_environment) {
    const proxy = proxy_url === undefined ? undefined : new URL(proxy_url);
    if (proxy === undefined || no_proxy === '') return () => proxy;
    const direct = exceptions(no_proxy);
    return (url) => (direct(url) ? undefined : proxy);
  }
  const variable = (name: string): string =>
    environment[name.toUpperCase()] ?? environment[name] ?? '';
  const [plain, secure] = ['http_proxy', 'https_proxy'].map((name) =>
    addressIn(name, variable(name)),
  );
  const direct = exceptions(variable('no_proxy'));
  return (url) => (direct(url) ? undefined : url.protocol === 'https:' ? secure : plain);
}

function addressIn(variable: string, text: string): URL | undefined {
  if (text === '') return undefined;
  const address = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address))
    throw new Error(`the environment variable ${variable} holds no address of a proxy`);
  return new URL(address);
}

type Rule = (host: string, port: string) => boolean;

function exceptions(list: string): (url: URL) => boolean {
  const parts = list.split(',').map((part) => part.trim().toLowerCase());
  const rules = [isLocal, ...parts.filter((part) => part !== '').map(ruleOf)];
  return ({ hostname, port, protocol }) => {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    return rules.some((rule) => rule(host, port || (protocol === 'https:' ? '443' : '80')));
  };
}

const isLocal: Rule = (host) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** `*`, a network, an address, a domain with all below it, or `.domain` for only those below; the latter three with a port. */
function ruleOf(text: string): Rule {
  if (text === '*') return () => true;
  if (text.includes('/')) return networkRule(text);
  if (isIP(text) !== 0) return (host) => host === text;
  const [, bare = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  const fits: Rule = (_, port) => wanted === undefined || wanted === port;
  const name = bare.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (isIP(name) !== 0) return (host, port) => host === name && fits(host, port);
  const below = name.startsWith('.') ? name : `.${name}`;
  return (host, port) => (host === name || host.endsWith(below)) && fits(host, port);
}

function networkRule(text: string): Rule {
  const [address = '', bits = ''] = text.split('/');
  const network = new BlockList();
  network.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (host) => {
    const version = isIP(host);
    return version !== 0 && network.check(host, version === 6 ? 'ipv6' : 'ipv4');
  };
}
