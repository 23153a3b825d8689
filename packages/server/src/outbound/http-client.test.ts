import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configFrom } from '../config/load.ts';
import type { ConfigInput } from '../config/schema.ts';
import { HttpClient } from './http-client.ts';
import { OAuth2Token } from './oauth2-token.ts';

type Job = NonNullable<ConfigInput['scrape_configs']>[number];

const OPENSSL = 'openssl';
const SECRET = 's3cr3t & more';
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

let folder: string;
/** Plain and over TLS; each answers with the token it was shown, if that is one it takes. */
let target: Server;
let secureTarget: Server;
let taken: (authorization: string | undefined) => boolean;
/** Gives tokens t1, t2, … to those who know the secret. */
let tokens: Server;
let given = 0;
let tokenAnswer: object = {};
let takesHeader = true;
let forms: URLSearchParams[] = [];
/** Leads every request to the target, whatever its host, and tells what it was asked. */
let proxy: Server;
let proxied: { line: string; headers: IncomingHttpHeaders }[] = [];
let proxyStatus = 200;
let client: HttpClient | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-http-'));
  const made = spawnSync(OPENSSL, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=target.test', '-addext', 'subjectAltName=DNS:target.test'],
    ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  ]);
  expect(made.status).toBe(0);
  const answer: Parameters<typeof createServer>[1] = ({ headers }, response) => {
    response.statusCode = taken(headers.authorization) ? 200 : 401;
    response.end(headers.authorization ?? 'nobody');
  };
  target = createServer(answer);
  secureTarget = createSecureServer(
    {
      key: readFileSync(join(folder, 'key.pem')),
      cert: readFileSync(join(folder, 'cert.pem')),
    },
    answer,
  );
  tokens = createServer(async (asked, response) => {
    let body = '';
    for await (const chunk of asked) body += chunk;
    const form = new URLSearchParams(body);
    forms.push(form);
    const basic = `Basic ${Buffer.from(`me:${encodeURIComponent(SECRET)}`).toString('base64')}`;
    const known = takesHeader
      ? asked.headers.authorization === basic
      : form.get('client_id') === 'me' && form.get('client_secret') === SECRET;
    response.statusCode = known ? 200 : 401;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        known
          ? { access_token: `t${++given}`, token_type: 'bearer', ...tokenAnswer }
          : { error: 'invalid_client', error_description: `not ${body}` },
      ),
    );
  });
  proxy = createServer((asked, response) => {
    proxied.push({ line: `${asked.method} ${asked.url}`, headers: asked.headers });
    const { pathname } = new URL(asked.url!);
    const port = pathname === '/token' ? portOf(tokens) : portOf(target);
    const { method, headers } = asked;
    asked.pipe(
      request({ host: '127.0.0.1', port, path: pathname, method, headers }, (answered) => {
        response.writeHead(answered.statusCode ?? 500);
        answered.pipe(response);
      }),
    );
  });
  proxy.on('connect', (asked, socket) => {
    proxied.push({ line: `${asked.method} ${asked.url}`, headers: asked.headers });
    if (proxyStatus !== 200) {
      socket.end(`HTTP/1.1 ${proxyStatus} No\r\n\r\n`);
      return;
    }
    const through = connect(portOf(secureTarget), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on('error', () => socket.destroy());
  });
  for (const server of [target, secureTarget, tokens, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});

beforeEach(() => {
  taken = () => true;
  given = 0;
  tokenAnswer = { expires_in: 3600 };
  takesHeader = true;
  forms = [];
  proxied = [];
  proxyStatus = 200;
});

afterEach(async () => {
  await client?.close();
  client = undefined;
});

afterAll(() => {
  for (const server of [target, secureTarget, tokens, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function settings(job: Omit<Job, 'job_name'>) {
  return configFrom({ scrape_configs: [{ job_name: 'j', ...job }] }).config.scrape_configs[0]!;
}

async function get(job?: Omit<Job, 'job_name'>, url = `http://127.0.0.1:${portOf(target)}/`) {
  if (job !== undefined) client = new HttpClient(settings(job), folder);
  const { chunks } = await client!.get({ url, headers: {}, timeoutMs: 5000, maxBytes: 0 });
  return Buffer.concat(chunks).toString();
}

const oauth2 = (more: Partial<NonNullable<Job['oauth2']>> = {}) => ({
  oauth2: {
    client_id: 'me',
    client_secret: SECRET,
    token_url: `http://127.0.0.1:${portOf(tokens)}/token`,
    ...more,
  },
});

// Source: RFC 6749, sections 2.3.1, 4.4 and 5; prometheus.io, "Configuration", `<oauth2>`.
describe('asking with a token of OAuth 2.0', () => {
  it('gets it by client credentials, once, and shows it with each request', async () => {
    const answers = [
      await get(oauth2({ scopes: ['read', 'metrics'], endpoint_params: { audience: 'a b' } })),
    ];
    answers.push(...(await Promise.all([get(), get()])));
    expect(answers).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1']);
    expect(forms.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: 'client_credentials', scope: 'read metrics', audience: 'a b' },
    ]);
  });

  it('asks for one token however many targets wait for it', async () => {
    client = new HttpClient(settings(oauth2()), folder);
    expect(await Promise.all([get(), get(), get()])).toEqual(new Array(3).fill('Bearer t1'));
  });

  it('shows who it is in the body to a server that wants it there, and remembers that', async () => {
    takesHeader = false;
    tokenAnswer = { expires_in: 1 };
    expect(await get(oauth2())).toBe('Bearer t1');
    expect(await get()).toBe('Bearer t2');
    expect(forms.map((form) => form.has('client_secret'))).toEqual([false, true, true]);
  });

  it('reads the secret of a file each time it asks', async () => {
    writeFileSync(join(folder, 'secret'), 'wrong');
    const { client_secret: _, ...others } = oauth2().oauth2;
    await expect(get({ oauth2: { ...others, client_secret_file: 'secret' } })).rejects.toThrow(
      'HTTP status 401 (invalid_client)',
    );
    writeFileSync(join(folder, 'secret'), `${SECRET}\n`);
    expect(await get()).toBe('Bearer t1');
  });

  it('keeps a token until shortly before it expires', async () => {
    let now = 0;
    const token = new OAuth2Token(settings(oauth2()).oauth2!, folder, () => now);
    const shown: string[] = [];
    for (now of [0, 3_589_000, 3_590_000])
      shown.push(await token.header(AbortSignal.timeout(5000)));
    await token.close();
    expect(shown).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('gets another one when the target takes it no more, but only once', async () => {
    taken = (authorization) => authorization !== 'Bearer t1';
    expect(await get(oauth2())).toBe('Bearer t2');
    taken = () => false;
    await expect(get()).rejects.toThrow('server returned HTTP status 401 Unauthorized');
    expect(given).toBe(3);
  });

  it.each([
    [{ access_token: '' }, 'its answer is no token'],
    [{ expires_in: 'soon' }, 'its answer is no token'],
  ])('refuses an answer like %j', async (wrong, message) => {
    tokenAnswer = wrong;
    await expect(get(oauth2())).rejects.toThrow(
      `cannot get an OAuth 2.0 token from http://127.0.0.1:${portOf(tokens)}/token: ${message}`,
    );
  });

  it('shows no secret in what it says', async () => {
    const wrong = { client_secret: 's3cr3t-w', endpoint_params: { password: 's3cr3t-p' } };
    const error: unknown = await get(oauth2(wrong)).catch((each: unknown) => each);
    expect(String(error)).toContain('HTTP status 401 (invalid_client)');
    expect(String(error)).not.toContain('s3cr3t');
    await client!.close();
    const gone = { token_url: 'http://127.0.0.1:1/?key=s3cr3t' };
    await expect(get(oauth2(gone))).rejects.toThrow(
      /^(?!.*s3cr3t).*from http:\/\/127\.0\.0\.1:1\//,
    );
  });
});

// Source: RFC 9110, sections 7.3.2 and 9.3.6; prometheus.io, "Configuration", `<http_config>`.
describe('asking through a proxy', () => {
  const url = (credentials = ''): string => `http://${credentials}127.0.0.1:${portOf(proxy)}`;
  const tls_config = { ca_file: 'cert.pem' };
  const plain = 'http://shop.test:9100/metrics';
  const secure = 'https://target.test:9443/metrics';

  it('asks for an http target by its whole address, with the name and password of the proxy', async () => {
    expect(await get({ proxy_url: url('me:p%40ss@') }, plain)).toBe('nobody');
    const [{ line, headers }] = proxied as [(typeof proxied)[number]];
    expect(line).toBe(`GET ${plain}`);
    expect(headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    );
    expect(headers.host).toBe('shop.test:9100');
  });

  it('asks for an https target by CONNECT, with the headers that are for that, and checks its name', async () => {
    const proxy_connect_header = { 'x-proxy': ['one'] };
    expect(await get({ proxy_url: url(), proxy_connect_header, tls_config }, secure)).toBe(
      'nobody',
    );
    expect(await get(undefined, plain)).toBe('nobody');
    expect(proxied.map(({ line, headers }) => [line, headers['x-proxy']])).toEqual([
      ['CONNECT target.test:9443', 'one'],
      [`GET ${plain}`, undefined],
    ]);
    await expect(get(undefined, 'https://other.test/')).rejects.toThrow(/altnames/);
  });

  it('asks directly whom no_proxy lists', async () => {
    const direct = `http://127.0.0.1:${portOf(target)}/`;
    const job = { proxy_url: url(), no_proxy: '127.0.0.0/8' };
    expect(await get(job, direct)).toBe('nobody');
    expect(proxied).toEqual([]);
    await get(undefined, plain);
    expect(proxied).toHaveLength(1);
  });

  it('takes the proxy of the environment', async () => {
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = url();
    try {
      expect(await get({ proxy_from_environment: true }, plain)).toBe('nobody');
    } finally {
      if (before === undefined) delete process.env['http_proxy'];
      else process.env['http_proxy'] = before;
    }
    expect(proxied.map(({ line }) => line)).toEqual([`GET ${plain}`]);
  });

  it('gets tokens through the proxy that is for them', async () => {
    const token_url = 'http://login.test/token';
    expect(await get(oauth2({ token_url, proxy_url: url() }))).toBe('Bearer t1');
    expect(proxied.map(({ line }) => line)).toEqual([`POST ${token_url}`]);
  });

  it('says when the proxy refuses, without its password', async () => {
    proxyStatus = 407;
    await expect(get({ proxy_url: url('me:s3cr3t@'), tls_config }, secure)).rejects.toThrow(
      /^(?!.*s3cr3t).*407/,
    );
  });
});

describe('asking with headers of the configuration', () => {
  it('sends each value, those of files as they are now, and says nothing of them when that fails', async () => {
    let sent: IncomingHttpHeaders = {};
    target.once('request', ({ headers }) => {
      sent = headers;
    });
    writeFileSync(join(folder, 'tenant'), ' from-file \n');
    const http_headers = {
      'X-Tenant': { values: ['a', 'b'], secrets: ['s3cr3t'], files: ['tenant'] },
      'x-other': { values: ['c'] },
    };
    expect(await get({ http_headers, bearer_token: 'b' })).toBe('Bearer b');
    expect(sent).toMatchObject({ 'x-tenant': 'a, b, s3cr3t, from-file', 'x-other': 'c' });
    await expect(get(undefined, 'http://127.0.0.1:1/')).rejects.toThrow(/^(?!.*s3cr3t)/);
    const lost = { http_headers: { x: { files: ['nowhere'] } } };
    await expect(get(lost)).rejects.toThrow(/cannot read credentials from .*nowhere/);
  });
});

describe('asking who redirects', () => {
  /** As a proxy it answers for every host: shop.test leads to where it says. */
  async function through(to: string, job: Omit<Job, 'job_name'>): Promise<IncomingHttpHeaders> {
    const server = createServer(({ url, headers }, response) => {
      if (url !== 'http://shop.test/') response.end(JSON.stringify(headers));
      else response.writeHead(302, { location: to }).end('s3cr3t');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return JSON.parse(
        await get({ proxy_url: `http://127.0.0.1:${portOf(server)}`, ...job }, 'http://shop.test/'),
      );
    } finally {
      await client?.close();
      server.close();
    }
  }
  const job = {
    http_headers: { 'x-tenant': { secrets: ['s3cr3t'] }, cookie: { values: ['s3cr3t'] } },
    basic_auth: { username: 'me', password: 's3cr3t' },
  };

  it('shows headers of the configuration and who it is to that host alone', async () => {
    const kept = await through('http://shop.test/again', job);
    expect(kept).toMatchObject({ 'x-tenant': 's3cr3t', cookie: 's3cr3t' });
    const elsewhere = await through('http://other.test/', job);
    expect(Object.keys(elsewhere)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(x-tenant|cookie|authorization)$/)]),
    );
  });

  it('does not follow to this machine unless that is allowed, or anywhere where that is forbidden', async () => {
    await expect(through('http://127.0.0.1:1/', {})).rejects.toThrow(
      /^(?!.*s3cr3t)it redirects to 127\.0\.0\.1:1, an address of this machine/,
    );
    expect(await through('http://127.0.0.1:1/', { follow_redirects_to_local: true })).toBeDefined();
    await expect(through('http://other.test/', { follow_redirects: false })).rejects.toThrow(
      'server returned HTTP status 302 Found',
    );
  });
});

describe('asking at an address with a name and password', () => {
  it('shows them as basic credentials, and says nothing of them when that fails', async () => {
    const at = `me:s3cr3t%21@127.0.0.1:${portOf(target)}`;
    const basic = `Basic ${Buffer.from('me:s3cr3t!').toString('base64')}`;
    expect(await get({}, `http://${at}/`)).toBe(basic);
    await expect(get(undefined, 'http://me:s3cr3t@127.0.0.1:1/')).rejects.toThrow(/^(?!.*s3cr3t)/);
    expect(await get({ bearer_token: 'b' }, `http://${at}/`)).toBe('Bearer b');
  });
});
