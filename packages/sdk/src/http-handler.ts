import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { Guard } from './guard.ts';
import { CONTENT_TYPE } from './metric/exposition.ts';

/** Answers a scrape; fits `node:http`, Express and Fastify's raw request and response. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Whether the client takes gzip: named, and not ruled out by a weight of 0 (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  const codings = String(header ?? '').split(',');
  return codings.some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((part) => /^q=0(\.0*)?$/.test(part));
  });
}

/** Makes the handler of `/metrics`. Every path answers: a scrape must not hang because of a bug of ours. */
export function metricsHandler(expose: () => string, guard: Guard): MetricsHandler {
  const fail = (response: ServerResponse, error: unknown) => {
    guard.report('handler', error);
    if (!response.headersSent) response.statusCode = 500;
    response.end();
  };
  return (request, response) => {
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD' }).end();
        return;
      }
      const text = expose();
      const headers = { 'content-type': CONTENT_TYPE, vary: 'accept-encoding' };
      if (!acceptsGzip(request.headers['accept-encoding'])) {
        response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) });
        response.end(text);
        return;
      }
      gzip(text, (error, compressed) => {
        if (error !== null) {
          fail(response, error);
          return;
        }
        const length = { 'content-encoding': 'gzip', 'content-length': compressed.byteLength };
        response.writeHead(200, { ...headers, ...length }).end(compressed);
      });
    } catch (error) {
      fail(response, error);
    }
  };
}
