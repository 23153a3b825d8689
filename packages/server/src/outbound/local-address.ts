import { lookup } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that lead to the machine which asks, or no further than its own link, where clouds keep credentials. */
export type Locality = 'loopback' | 'link-local';

const NETWORKS: Readonly<Record<Locality, readonly (readonly [string, number])[]>> = {
  // A connection to 0.0.0.0 or :: is one to the own machine. The last two are IPv4 addresses written as IPv6.
  loopback: [
    ['127.0.0.0', 8],
    ['0.0.0.0', 8],
    ['::', 96],
    ['64:ff9b::7f00:0', 104],
  ],
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
    ['64:ff9b::a9fe:0', 112],
    // Where Amazon's machines ask for their credentials by IPv6.
    ['fd00:ec2::254', 128],
  ],
};

const lists = Object.entries(NETWORKS).map(([locality, networks]) => {
  const list = new BlockList();
  for (const [address, bits] of networks) list.addSubnet(address, bits, familyOf(address));
  return [locality as Locality, list] as const;
});

/** Of an IP address, also of an IPv4 address mapped into IPv6; undefined where it is of neither kind. */
export function localityOf(address: string): Locality | undefined {
  const [bare = ''] = address.split('%', 1);
  if (isIP(bare) === 0) return undefined;
  return lists.find(([, list]) => list.check(bare, familyOf(bare)))?.[0];
}

/** Of the host of an address as `URL` writes it, where that is known without asking anybody. */
export function localityOfHost(hostname: string): Locality | undefined {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  return localityOf(host);
}

/** The same where a name has to be looked up: what all its addresses have in common. */
export async function resolvedLocality(hostname: string): Promise<Locality | undefined> {
  const known = localityOfHost(hostname);
  if (known !== undefined || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return known;
  const found = await lookUp(hostname, { all: true }).catch(() => []);
  const localities = found.map(({ address }) => localityOf(address));
  if (localities.length === 0 || localities.includes(undefined)) return undefined;
  return localities.includes('link-local') ? 'link-local' : 'loopback';
}

/** Thrown where a redirect leads to such an address and may not. */
export class LocalAddressError extends Error {
  constructor(host: string) {
    super(
      `it redirects to ${host}, an address of this machine or its link; ask there directly, or set follow_redirects_to_local`,
    );
    this.name = 'LocalAddressError';
  }
}

/** Looks a name up for a connection, and fails where that leads to a local address: between look-up and use nothing can change. */
export const lookupElsewhere: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error !== null || first === undefined) callback(error, [], 0);
    else if (found.some(({ address }) => localityOf(address) !== undefined))
      callback(new LocalAddressError(hostname), [], 0);
    else if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
