import { describe, expect, it } from 'vitest';
import { proxyChooser } from './choose-proxy.ts';

const PROXY = 'http://proxy:3128';

function goesDirect(url: string, no_proxy: string): boolean {
  const choose = proxyChooser({ proxy_url: PROXY, no_proxy, proxy_from_environment: false });
  return choose(new URL(url)) === undefined;
}

// Source: Go, golang.org/x/net/http/httpproxy, `Config.NoProxy`, which Prometheus uses.
describe('choosing a proxy', () => {
  it('takes proxy_url for everything, localhost too, where there is no no_proxy', () => {
    const choose = proxyChooser({ proxy_url: PROXY, proxy_from_environment: false });
    for (const url of ['http://a/', 'https://b/', 'http://localhost/', 'http://127.0.0.1/'])
      expect(choose(new URL(url))?.origin).toBe(PROXY);
  });

  it.each([
    ['http://example.com/', 'example.com', true],
    ['http://sub.example.com/', 'example.com', true],
    ['http://badexample.com/', 'example.com', false],
    ['http://example.com/', '.example.com', false],
    ['http://sub.example.com/', '.example.com', true],
    ['http://sub.example.com/', '*.example.com', true],
    ['http://EXAMPLE.com./', 'Example.COM', true],
    ['http://example.com:8080/', 'example.com:8080', true],
    ['http://example.com:81/', 'example.com:8080', false],
    ['http://example.com/', 'example.com:80', true],
    ['https://example.com/', 'example.com:443', true],
    ['http://10.1.2.3/', '10.0.0.0/8', true],
    ['http://11.1.2.3/', '10.0.0.0/8', false],
    ['http://10.1.2.3/', '10.1.2.3', true],
    ['http://10.1.2.3:81/', '10.1.2.3:80', false],
    ['http://[2001:db8::1]/', '2001:db8::/32', true],
    ['http://[2001:db8::1]/', '2001:db8::1', true],
    ['http://[2001:db8::1]:90/', '[2001:db8::1]:90', true],
    ['http://anything/', 'other, *', true],
    ['http://b/', ' a , b ', true],
    ['http://localhost:1/', 'x', true],
    ['http://127.8.9.1/', 'x', true],
    ['http://[::1]/', 'x', true],
  ])('asks %s, with no_proxy %j, directly: %s', (url, list, direct) => {
    expect(goesDirect(url, list)).toBe(direct);
  });

  it('takes them from the environment by the scheme of the target', () => {
    const choose = proxyChooser(
      { proxy_from_environment: true },
      { HTTP_PROXY: 'plain:1', https_proxy: 'http://secure:2', NO_PROXY: 'skip' },
    );
    expect(choose(new URL('http://a/'))?.href).toBe('http://plain:1/');
    expect(choose(new URL('https://a/'))?.href).toBe('http://secure:2/');
    expect(choose(new URL('https://skip/'))).toBeUndefined();
    expect(choose(new URL('https://localhost/'))).toBeUndefined();
    expect(() =>
      proxyChooser({ proxy_from_environment: true }, { http_proxy: 'http://[' }),
    ).toThrow('http_proxy holds no address');
  });
});
