/** Splits `host:port` and `[ipv6]:port` as Go's net.SplitHostPort; undefined where that fails. */
function splitHostPort(text: string): { host: string; port: string } | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  const port = text.slice(colon + 1);
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end < 0 || end + 1 !== colon) return undefined;
    const host = text.slice(1, end);
    return /[[\]]/.test(host) || /[[\]]/.test(port) ? undefined : { host, port };
  }
  const host = text.slice(0, colon);
  return /[:[\]]/.test(host) || /[[\]]/.test(port) ? undefined : { host, port };
}

const isAddress = (host: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(host) ||
  /^[0-9a-fA-F]*:[0-9a-fA-F:.]*$/.test(host);

/** The host of `host:port`; a text of another form comes back as it is. */
export const stripPort = (text: string): string => splitHostPort(text)?.host ?? text;

/** The host without its domain, the port kept; an address of numbers comes back as it is. */
export function stripDomain(text: string): string {
  const split = splitHostPort(text);
  const host = split?.host ?? text;
  if (isAddress(host)) return text;
  const name = host.split('.')[0] ?? host;
  if (split === undefined || split.port === '') return name;
  return name.includes(':') ? `[${name}]:${split.port}` : `${name}:${split.port}`;
}
