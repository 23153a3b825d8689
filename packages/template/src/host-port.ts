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

/** As Go's net.ParseIP reads addresses: no zeros in front in the older ones, no zone in the newer. */
const isAddress = (host: string): boolean => v4.test(host) || isV6(host);

const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function isV6(host: string): boolean {
  const [head = '', tail, more] = host.split('::');
  if (!host.includes(':') || more !== undefined) return false;
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const all = [...groups(head), ...groups(tail ?? '')];
  const last = all.at(-1) ?? '';
  const endsInV4 = v4.test(last) && host.endsWith(last);
  const words = endsInV4 ? all.slice(0, -1) : all;
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return false;
  const count = words.length + (endsInV4 ? 2 : 0);
  return tail === undefined ? count === 8 : count < 8;
}

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
