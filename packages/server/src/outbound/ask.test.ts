import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, ask, type Question } from './ask.ts';
import { readLimited } from './read-limited.ts';

/** Names that no server of the world knows, and which lead to the servers here. */
const lookup: LookupFunction = (_, options, callback) =>
  options.all === true
    ? callback(null, [{ address: '127.0.0.1', family: 4 }])
    : callback(null, '127.0.0.1', 4);
const anywhere = new Agent({ connect: { lookup } });
let servers: Server[] = [];
let asked: {
  host: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}[];
let answer: RequestListener;
/** Two ports of the same machine. */
let one: number;
let other: number;

beforeAll(async () => {
  servers = [0, 1].map(() =>
    createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      let body = '';
      for await (const chunk of request) body += chunk;
      asked.push({ host: headers.host ?? '', method, url, headers, body });
      answer(request, response);
    }).listen(0, '127.0.0.1'),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  [one, other] = servers.map((server) => (server.address() as AddressInfo).port) as [
    number,
    number,
  ];
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await anywhere.close();
  for (const server of servers) server.close();
});

function put(url: string, more: Partial<Question> = {}): Promise<Answer> {
  return ask({
    url,
    connect: () => anywhere,
    headers: [['accept', 'text/plain']],
    privateHeaders: [
      ['authorization', 'Bearer s3cr3t'],
      ['cookie', 'session=s3cr3t'],
      ['x-tenant', 's3cr3t'],
    ],
    redirects: 'elsewhere',
    signal: AbortSignal.timeout(10_000),
    ...more,
  });
}

async function textOf(answered: Promise<Answer>): Promise<string> {
  return String(await readLimited((await answered).body, 0));
}

const redirectTo =
  (location: string, status = 302): RequestListener =>
  (request, response) => {
    if (request.url === '/end') response.end('the end');
    else response.writeHead(status, { location }).end('not for you');
  };

// Source: Go, net/http, `Client`, which Prometheus asks with; curl's CVE-2022-27774 for ports and schemes.
describe('following a redirect', () => {
  it('goes to another host with what everybody may see, and with nothing else', async () => {
    answer = redirectTo(`http://other.test:${one}/end`);
    const answered = await put(`http://shop.test:${one}/`);
    expect(answered.fromElsewhere).toBe(true);
    expect(await textOf(Promise.resolve(answered))).toBe('the end');
    expect(asked.map(({ host }) => host)).toEqual([`shop.test:${one}`, `other.test:${one}`]);
    expect(asked[0]!.headers).toMatchObject({
      authorization: 'Bearer s3cr3t',
      cookie: 'session=s3cr3t',
    });
    expect(JSON.stringify(asked[1])).not.toContain('s3cr3t');
    expect(asked[1]!.headers.accept).toBe('text/plain');
  });

  it('is no different for another port, also when the way leads back', async () => {
    answer = (request, response) => {
      const to = { '/': `http://shop.test:${other}/a`, '/a': `http://shop.test:${one}/end` }[
        request.url!
      ];
      if (to === undefined) response.end('the end');
      else response.writeHead(307, { location: to }).end();
    };
    await textOf(put(`http://shop.test:${one}/`));
    expect(asked).toHaveLength(3);
    expect(JSON.stringify(asked.slice(1))).not.toContain('s3cr3t');
  });

  it('stays with the same host by a relative address, and keeps what is private', async () => {
    answer = redirectTo('/end', 308);
    const answered = await put(`http://shop.test:${one}/start`);
    expect(answered.fromElsewhere).toBe(false);
    expect(await textOf(Promise.resolve(answered))).toBe('the end');
    expect(asked[1]!.headers['x-tenant']).toBe('s3cr3t');
  });

  it('ends after ten, at what is no address of HTTP, and where it is not wanted', async () => {
    answer = redirectTo('/again');
    await expect(put(`http://shop.test:${one}/`)).rejects.toThrow('redirects more than 10 times');
    expect(asked).toHaveLength(11);
    for (const location of ['file:///etc/passwd', 'http://', 'gopher://x/']) {
      answer = redirectTo(location);
      await expect(put(`http://shop.test:${one}/`)).rejects.toThrow('is no address of HTTP');
    }
    answer = redirectTo('/end');
    const answered = await put(`http://shop.test:${one}/`, { redirects: 'none' });
    expect(answered.statusText).toBe('302 Found');
    await answered.discard();
  });

  it.each([301, 302, 303, 307, 308])(
    'of status %d sends a form again only by 307 and 308',
    async (status) => {
      answer = redirectTo('/end', status);
      await textOf(put(`http://shop.test:${one}/`, { form: 'query=up' }));
      expect(asked.map(({ method, body }) => [method, body])).toEqual([
        ['POST', 'query=up'],
        status > 303 ? ['POST', 'query=up'] : ['GET', ''],
      ]);
    },
  );

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:7f00:1]',
    'localhost',
    '169.254.169.254',
    '[fe80::1]',
    '0.0.0.0',
  ])('does not lead from elsewhere to %s', async (host) => {
    answer = redirectTo(`http://${host}:${other}/end`);
    await expect(put(`http://shop.test:${one}/`)).rejects.toThrow(
      /^it redirects to \S+, an address of this machine or its link; ask there directly, or set follow_redirects_to_local$/,
    );
    expect(asked).toHaveLength(1);
  });

  it('leads there where that is allowed, and from this machine itself', async () => {
    answer = redirectTo(`http://127.0.0.1:${other}/end`);
    expect(await textOf(put(`http://shop.test:${one}/`, { redirects: 'anywhere' }))).toBe(
      'the end',
    );
    expect(await textOf(put(`http://127.0.0.1:${one}/`))).toBe('the end');
    expect(await textOf(put(`http://localhost:${one}/`))).toBe('the end');
  });

  it('asks for a connection that looks at where names lead, from elsewhere only', async () => {
    const wanted: [string, boolean][] = [];
    const connect: Question['connect'] = (url, elsewhere) => {
      wanted.push([new URL(url).hostname, elsewhere]);
      return anywhere;
    };
    answer = redirectTo(`http://named.test:${one}/end`);
    await textOf(put(`http://shop.test:${one}/`, { connect }));
    await textOf(put(`http://127.0.0.1:${one}/`, { connect }));
    expect(wanted).toEqual([
      ['shop.test', false],
      ['named.test', true],
      ['127.0.0.1', false],
      ['named.test', false],
    ]);
  });
});

describe('an answer that is packed', () => {
  const text = Array.from({ length: 500 }, (_, i) => `jobs_total{i="${i}"} ${i * 7919}\n`).join('');

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
  ])('%s is read whole or not at all', async (encoding, whole) => {
    for (const length of [
      whole.length,
      whole.length - 1,
      whole.length - 11,
      whole.length >> 1,
      1,
      0,
    ]) {
      answer = (_, response) => {
        response.writeHead(200, { 'content-encoding': encoding, 'content-length': length });
        response.end(whole.subarray(0, length));
      };
      const read = textOf(put(`http://shop.test:${one}/`));
      if (length === whole.length) expect(await read).toBe(text);
      else await expect(read).rejects.toThrow(`unexpected EOF: the ${encoding} body was cut short`);
    }
  });

  it('is refused when it is not packed so, or in a way that was not asked for', async () => {
    let encoding = 'gzip';
    answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('a 1\n');
    };
    const read = (): Promise<string> => textOf(put(`http://shop.test:${one}/`));
    await expect(read()).rejects.toThrow('the body is not gzip, as its Content-Encoding says');
    encoding = 'zstd';
    await expect(read()).rejects.toThrow('Content-Encoding "zstd" was not asked for');
    encoding = 'Identity';
    expect(await read()).toBe('a 1\n');
  });

  it('is read no further than its limit', async () => {
    answer = (_, response) => {
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(10_000_000)));
    };
    const { body } = await put(`http://shop.test:${one}/`);
    await expect(readLimited(body, 1000)).rejects.toThrow('body size limit exceeded');
  });
});

describe('a port that browsers keep away from', () => {
  // Source: WHATWG, Fetch Standard, "Port blocking".
  it('is asked like any other', async () => {
    answer = (_, response) => response.end('a 1\n');
    const server = createServer(answer);
    const port = await firstFree(
      server,
      [10_080, 6697, 6669, 6668, 6667, 6666, 6665, 6000, 5061, 5060],
    );
    try {
      expect(await textOf(put(`http://127.0.0.1:${port}/`))).toBe('a 1\n');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

async function firstFree(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    server.listen(port, '127.0.0.1');
    const up = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    if (up) return port;
  }
  throw new Error('all of them are taken');
}
