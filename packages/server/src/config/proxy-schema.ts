import { isIP } from 'node:net';
import { z } from 'zod';
import { secretSchema } from './common-schema.ts';
import { namedSchema } from './named-schema.ts';

/** Which proxy requests go through. Source: prometheus.io, "Configuration", `<http_config>`. */
export const proxyKeys = {
  proxy_url: z
    .url({ protocol: /^https?$/, error: 'must be an address like http://proxy:3128' })
    .optional(),
  /** Hosts, domains, addresses and networks, separated by commas, that are asked without a proxy. */
  no_proxy: z
    .string()
    .refine(
      (list) => list.split(',').every((part) => !part.includes('/') || isNetwork(part.trim())),
      'names a network that is none; write it like 10.0.0.0/8',
    )
    .optional(),
  /** Takes proxies from HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  proxy_from_environment: z.boolean().default(false),
  /** Sent to the proxy with CONNECT, which is how it is asked for a connection to an https target. */
  proxy_connect_header: namedSchema(z.string(), z.array(secretSchema)).optional(),
};

const proxySchema = z.object(proxyKeys);
export type ProxyConfig = z.output<typeof proxySchema>;

/** Says which of the keys cannot stand together. */
export function checkProxy(config: ProxyConfig, context: z.core.$RefinementCtx<unknown>): void {
  const { proxy_url, no_proxy = '', proxy_from_environment: environment } = config;
  const complain = (key: keyof ProxyConfig, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (environment && proxy_url !== undefined)
    complain('proxy_url', 'must not be set together with proxy_from_environment');
  if (environment && no_proxy !== '')
    complain('no_proxy', 'must not be set together with proxy_from_environment');
  if (!environment && proxy_url === undefined) {
    if (no_proxy !== '') complain('no_proxy', 'needs proxy_url');
    if (Object.keys(config.proxy_connect_header ?? {}).length > 0)
      complain('proxy_connect_header', 'needs proxy_url or proxy_from_environment');
  }
}

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
