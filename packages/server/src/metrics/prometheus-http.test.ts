import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PromQLError } from '@bellwether/promql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrometheusHttp } from './prometheus-http.ts';

let asked: IncomingMessage[] = [];
let answer = { code: 200, body: '' };
const engine = createServer((request, response) => {
  asked.push(request);
  response.statusCode = answer.code;
  response.end(answer.body);
});
let host: string;

beforeAll(async () => {
  await new Promise<void>((listening) => engine.listen(0, '127.0.0.1', listening));
  host = `127.0.0.1:${(engine.address() as AddressInfo).port}`;
});
afterAll(() => void engine.close());

async function failure(work: Promise<unknown>): Promise<PromQLError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PromQLError) return error;
  throw new Error('it did not fail', { cause: error });
}

describe('an engine asked over HTTP', () => {
  it('gets credentials of its address in a header, and no message shows them', async () => {
    asked = [];
    answer = { code: 200, body: '{"status":"success","data":[1]}' };
    const http = new PrometheusHttp({ url: `http://me:s3c%3Aret@${host}/sub/`, timeoutMs: 5000 });
    expect(await http.get('labels', { limit: '1' })).toEqual({ status: 'success', data: [1] });
    expect(asked[0]!.url).toBe('/sub/api/v1/labels?limit=1');
    const identity = Buffer.from('me:s3c:ret').toString('base64');
    expect(asked[0]!.headers.authorization).toBe(`Basic ${identity}`);
    const away = new PrometheusHttp({ url: 'http://me:s3cret@127.0.0.1:1', timeoutMs: 5000 });
    const { code, message } = await failure(away.get('labels', {}));
    expect(code).toBe('execution');
    expect(message).toMatch(/^http:\/\/127\.0\.0\.1:1 cannot be asked: /);
  });

  it('shows headers of the configuration to that engine alone, also where it redirects', async () => {
    const other = createServer((request, response) => {
      asked.push(request);
      response.end('{"status":"success","data":[2]}');
    });
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    engine.prependOnceListener('request', (_, response) => response.setHeader('location', there));
    try {
      asked = [];
      answer = { code: 307, body: '' };
      const headers = { 'x-scope-orgid': 's3cret' };
      const http = new PrometheusHttp({
        url: `http://me:s3cret@${host}`,
        timeoutMs: 5000,
        headers,
      });
      expect(await http.get('labels', {})).toMatchObject({ data: [2] });
      expect(asked.map((each) => each.headers['x-scope-orgid'])).toEqual(['s3cret', undefined]);
      expect(asked[1]!.headers.authorization).toBeUndefined();
    } finally {
      other.close();
    }
  });

  it('says what it refuses on one short line', async () => {
    const error = `1:1: ${'\\u001b'}[31m${'x'.repeat(5000)}`;
    answer = { code: 400, body: `{"status":"error","errorType":"bad_data","error":"${error}"}` };
    const http = new PrometheusHttp({ url: `http://${host}`, timeoutMs: 5000 });
    const { message } = await failure(http.get('query', {}));
    expect(message).toMatch(/^1:1: {2}?\[31mx+…$/);
    expect(message).toHaveLength(500);
  });

  it('may have nothing to say, which is an empty list', async () => {
    answer = { code: 204, body: '' };
    const http = new PrometheusHttp({ url: `http://${host}`, timeoutMs: 5000 });
    expect(await http.get('query_exemplars', { query: '1' })).toMatchObject({ data: [] });
  });

  it('refuses in its own words, or does not know what it is asked', async () => {
    const http = new PrometheusHttp({ url: `http://${host}`, timeoutMs: 5000 });
    answer = { code: 400, body: '{"status":"error","errorType":"bad_data","error":"1:1: no"}' };
    expect(await failure(http.get('query', {}))).toMatchObject({
      code: 'parse',
      message: '1:1: no',
    });
    answer = { code: 503, body: '{"status":"error","errorType":"timeout","error":"slow"}' };
    expect(await failure(http.get('query', {}))).toMatchObject({ code: 'timeout' });
    answer = { code: 404, body: 'not found' };
    expect(await failure(http.get('scrape_pools', {}))).toMatchObject({
      code: 'execution',
      message: `http://${host} does not know /api/v1/scrape_pools`,
    });
  });
});
