import { hostName, isFixedHost } from './host-name.ts';

/** What of a request tells who made it: as the browser wrote it, which a page's script cannot change. */
export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The `Sec-Fetch-Site` header. */
  readonly fetchSite: string | undefined;
  /** Whether the request came to an address that only this machine reaches. */
  readonly throughLoopback: boolean;
}

/** The names and the origin under which this server is known. */
export interface KnownAs {
  /** `server.allowed_hosts`, and the host of `server.external_url`. */
  readonly hosts: ReadonlySet<string>;
}

/**
 * Why a `Host` is refused, or null. A page of a stranger can lead a name of its own to an address of this machine (DNS
 * rebinding), and is then, for the browser, of the same origin as we are. Addresses and `localhost` cannot be led
 * elsewhere; other names are taken when they are known.
 */
export function unknownHost(caller: Caller, { hosts }: KnownAs): string | null {
  // HTTP/1.0 has no Host, and no browser speaks it.
  if (!caller.throughLoopback || caller.host === undefined) return null;
  const name = hostName(caller.host);
  if (name !== undefined && (isFixedHost(name) || hosts.has(name))) return null;
  return `this server is not known as ${JSON.stringify(caller.host.slice(0, 100))}; add that name to server.allowed_hosts, or set server.external_url`;
}

/**
 * Why a request that changes something is refused, or null. Browsers say from where a page asks, by `Sec-Fetch-Site` or,
 * where the connection is not one they trust, by `Origin` alone; programs say neither.
 * Source: W3C, Fetch Metadata Request Headers; RFC 6454, 7.
 */
export function foreignPage(caller: Caller): string | null {
  const { fetchSite, host, origin } = caller;
  if (fetchSite !== undefined) {
    if (fetchSite === 'same-origin' || fetchSite === 'none') return null;
  } else if (origin === undefined || isOriginOf(origin, host)) return null;
  return 'a page of another site may not change anything here; programs send neither Origin nor Sec-Fetch-Site';
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
