import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Answers, in the shape of the API, what was no HTTP request that could be read, and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answerTo(error.code));
  socket.destroy(error);
}

function answerTo(code: string | undefined): string {
  const [status, what] = explain(code);
  const body = JSON.stringify({ status: 'error', errorType: 'bad_data', error: what });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json; charset=utf-8',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function explain(code: string | undefined): [status: number, what: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        431,
        'the address and headers are longer than 1 MiB: send parameters as a form, by POST',
      ];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request did not arrive in time: send it again'];
    default:
      return [400, `what arrived is no HTTP request: ${code ?? 'it could not be read'}`];
  }
}
