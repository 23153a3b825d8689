import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { localityOf, localityOfHost, lookupElsewhere } from './local-address.ts';

// Source: IANA's registries of special-purpose addresses, IPv4 and IPv6; RFC 6052 for 64:ff9b::/96.
describe('where an address leads', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.3.9', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['::ffff:a9fe:a9fe', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf::1', 'link-local'],
    ['fd00:ec2::254', 'link-local'],
    ['10.0.0.1', undefined],
    ['192.168.1.1', undefined],
    ['128.0.0.1', undefined],
    ['169.253.255.255', undefined],
    ['fec0::1', undefined],
    ['fd00::1', undefined],
    ['::ffff:10.0.0.1', undefined],
    ['2001:db8::1', undefined],
    ['shop', undefined],
  ])('%s: %s', (address, locality) => {
    expect(localityOf(address)).toBe(locality);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://①②⑦.0.0.1/',
  ])('%s is this machine, however it is written', (url) => {
    expect(localityOfHost(new URL(url).hostname)).toBe('loopback');
  });

  it('is looked at when a name has been looked up, and the connection is to that very address', async () => {
    const server = createServer((_, response) => response.end('secret')).listen(0);
    await once(server, 'listening');
    const agent = new Agent({ connect: { lookup: lookupElsewhere } });
    try {
      const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
      await expect(request(url, { dispatcher: agent })).rejects.toThrow(
        'it redirects to localhost, an address of this machine or its link',
      );
    } finally {
      await agent.close();
      server.close();
    }
  });
});
