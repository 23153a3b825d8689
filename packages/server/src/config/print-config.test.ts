import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configFrom, parseConfig } from './load.ts';
import { printConfig } from './print-config.ts';
import { redacted } from './redact.ts';
import type { ConfigInput } from './schema.ts';

const full: ConfigInput = {
  server: { listen: '127.0.0.1:0', external_url: 'https://bellwether.example' },
  storage: { path: '/data', retention: '45d', head: '90m' },
  global: {
    scrape_interval: '1m30s',
    scrape_timeout: '500ms',
    body_size_limit: '10MB',
    external_labels: { cluster: 'north' },
  },
  metrics: { prometheus: { url: 'http://prometheus:9090', timeout: '3s' } },
  scrape_configs: [
    {
      job_name: 'shop',
      scrape_interval: '2h',
      params: { module: ['http_2xx', 'b'] },
      body_size_limit: 1000,
      sample_limit: 15000,
      static_configs: [{ targets: ['a:1', 'b:2'], labels: { zone: 'x' } }, { targets: [] }],
      file_sd_configs: [{ files: ['targets/*.yml'], refresh_interval: '1d' }],
      http_sd_configs: [{ url: 'https://sd.example/targets?zone=x' }],
      dns_sd_configs: [{ names: ['_web._tcp.example'], refresh_interval: '45s' }],
      kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: ['prod'] } }],
      relabel_configs: [{ source_labels: ['a', 'b'], target_label: 'c', regex: '(.+);(.+)' }],
      tls_config: { insecure_skip_verify: true, min_version: 'TLS12' },
    },
  ],
  rule_files: ['rules/*.yml'],
  health: { models: { spam: { latency_p95_seconds: 0.25 } } },
};

describe('the configuration that is shown', () => {
  it('means what the configuration means', () => {
    for (const input of [{}, full]) {
      const { config } = configFrom(input);
      expect(parseConfig(printConfig(config), 'shown.yml')).toEqual(config);
    }
  });

  it('is as a person writes it: durations with units, sizes with theirs, nothing that is empty', () => {
    const text = printConfig(configFrom(full).config);
    expect(text).toContain('retention: 45d\n');
    expect(text).toContain('scrape_interval: 1m30s\n');
    expect(text).toContain('body_size_limit: 10485760B\n');
    expect(text).toContain('sample_limit: 15000\n');
    expect(text).not.toMatch(/\[\]|\{\}\n {2}\w|null|undefined/);
  });

  it('has no secret in it, wherever one is configured', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~-]{6,20}$/).map((text) => `s3cr3t${text}`);
    const parameter = fc.constantFrom(
      'token',
      'access_token',
      'apikey_secret',
      'api-key',
      'key',
      'password',
      'sig',
      'X-Auth',
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(secret, { minLength: 15, maxLength: 15 }),
        parameter,
        (unique, name) => {
          // None is part of another: what is shown of one must not look like one that is hidden.
          const texts = unique.map((text, i) => `${text}${String.fromCharCode(0x41 + i)}${i}end`);
          const [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = texts as unknown as [
            string,
            ...string[],
          ];
          const { config } = configFrom({
            server: { external_url: `https://user:${a}@bellwether.example` },
            metrics: { prometheus: { url: `http://${b}@p:9090`, headers: { Cookie: c! } } },
            scrape_configs: [
              { job_name: '1', basic_auth: { username: 'u', password: d! } },
              { job_name: '2', authorization: { credentials: e! }, params: { [name]: [f!, 'x'] } },
              { job_name: '3', bearer_token: g!, tls_config: { cert: 'public', key: h! } },
              {
                job_name: '4',
                http_sd_configs: [
                  { url: `https://${i}:${i}@sd.example/?zone=1&${name}=${j}&x=2` },
                  { url: 'https://sd.example', authorization: { credentials: k! } },
                ],
              },
              {
                job_name: '5',
                oauth2: {
                  client_id: 'me',
                  client_secret: l!,
                  token_url: 'https://login.example/token',
                  endpoint_params: { [name]: m! },
                },
                proxy_url: `http://user:${n}@proxy.example:3128`,
                proxy_connect_header: { [name]: [o!] },
              },
            ],
          });
          const shown = printConfig(config);
          for (const text of texts) expect(shown).not.toContain(text);
          expect(JSON.stringify(config)).not.toContain(d);
        },
      ),
    );
  });
});

describe('a text with addresses', () => {
  it.each([
    ['http://user:p%40ss@host:1/a', 'http://<secret>@host:1/a'],
    [
      'see http://t0ken@host/ and https://a:b@c',
      'see http://<secret>@host/ and https://<secret>@c',
    ],
    ['user:word@host:9090', '<secret>@host:9090'],
    ['http://h/?a=1&Api-Key=xyz&b=2', 'http://h/?a=1&Api-Key=<secret>&b=2'],
    ['http://h/?zone=1&author_page=2', 'http://h/?zone=1&author_page=<secret>'],
    ['http://h/mail@example', 'http://h/mail@example'],
    ['connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
  ])('%s is shown as %s', (text, shown) => {
    expect(redacted(text)).toBe(shown);
  });

  it.each(['a', ':', '?', '&', '@', '://', '?a', 'a:', '&a=', '://a'])(
    'is read once, also where it is nothing but %j',
    (part) => {
      expect(redacted(part.repeat(1_000_000)).length).toBeGreaterThan(0);
    },
  );
});
