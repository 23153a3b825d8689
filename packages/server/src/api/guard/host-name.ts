/** What a `Host` header or an origin names, without its port; undefined where it names nothing. */
export function hostName(host: string): string | undefined {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
}

/**
 * Whether a host, as `hostName` gives it, leads to one place whatever a name server says: an IP address, or the names
 * that every machine keeps for itself (RFC 6761, 6.3).
 */
export function isFixedHost(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name.startsWith('[') ||
    /^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}

/** Whether an address of a socket is one that only this machine reaches. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1$|(?:::ffff:)?127\.)/i.test(address);
}
