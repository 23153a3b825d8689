import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Session } from 'chdb';

/**
 * ClickHouse's HTTP interface before chDB, as a process of its own: what of it a client meets, so that queries, formats,
 * parameters, credentials, compression and errors go over a wire. One JSON line on stdin changes its `FrontOptions` while
 * it runs; it prints its port.
 * Source: ClickHouse documentation, "HTTP interface".
 */
export interface FrontOptions {
  readonly path: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** A number: every query is answered with this status and a text that is not ClickHouse's, as a broken proxy does. */
  readonly failWith?: number | null;
  /** PEM files; set: HTTPS, and a certificate is asked of the client if `ca` is there. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
}

let options = JSON.parse(process.argv[2] ?? '') as FrontOptions;
const session = new Session(options.path);
const version = (await session.queryAsync('SELECT version()', { format: 'TSVRaw' })).text().trim();
const uploads = join(options.path, '..', 'uploads');
await mkdir(uploads, { recursive: true });

/** HTTP statuses of ClickHouse's error codes; all others are 500. */
const STATUS: Readonly<Record<string, number>> = {
  ...codes(401, [194]), // REQUIRED_PASSWORD
  ...codes(403, [192, 193, 497, 516]), // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, AUTHENTICATION_FAILED
  ...codes(400, [6, 26, 27, 38, 41, 53, 62, 72, 456]), // texts and types that cannot be read
  ...codes(404, [46, 47, 50, 60, 73, 81, 115, 701]), // unknown functions, columns, tables, formats, databases, settings
};

/** Settings of the HTTP interface itself and addresses' other keys; all else in an address is a setting of the query. */
const NOT_A_SETTING =
  /^(param_.*|query|query_id|user|password|database|default_format|enable_http_compression|wait_end_of_query|send_progress_in_http_headers)$/;

class ClickHouseFailure extends Error {
  readonly code: number;
  constructor(message: string) {
    super(`${message} (version ${version} (official build))\n`);
    this.code = Number(/Code: (\d+)/.exec(message)?.[1] ?? 1002);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://front');
  const body = await bodyOf(request);
  if (request.method === 'GET' && url.searchParams.get('query') === null) {
    response.end('Ok.\n');
    return;
  }
  if (typeof options.failWith === 'number') {
    response.writeHead(options.failWith).end('<html>the proxy is unwell</html>');
    return;
  }
  checkUser(request, url);
  const queryId = url.searchParams.get('query_id') ?? crypto.randomUUID();
  const format = url.searchParams.get('default_format') ?? 'TabSeparated';
  const began = performance.now();
  const { bytes, read, written } = await run(url, body, format);
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.setHeader(
    'X-ClickHouse-Summary',
    JSON.stringify({
      read_rows: String(read),
      read_bytes: '0',
      written_rows: String(written),
      written_bytes: '0',
      total_rows_to_read: '0',
      result_rows: '0',
      result_bytes: String(bytes.length),
      elapsed_ns: String(Math.round((performance.now() - began) * 1e6)),
    }),
  );
  send(request, response, url, 200, bytes);
}

async function run(
  url: URL,
  body: Buffer,
  format: string,
): Promise<{ bytes: Buffer; read: number; written: number }> {
  const first = url.searchParams.get('query');
  const insert = /^\s*(INSERT\s+INTO\s.+?)(\s+SETTINGS\s.+?)?\s+FORMAT\s+(\w+)\s*$/is.exec(
    first ?? '',
  );
  const settings = [...url.searchParams]
    .filter(([name]) => !NOT_A_SETTING.test(name))
    .map(([name, value]) => `SET ${name} = '${value.replaceAll("'", "''")}'; `)
    .join('');
  const params = Object.fromEntries(
    [...url.searchParams]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [name.slice('param_'.length), unescaped(value)]),
  );
  const query = async (sql: string): ReturnType<Session['queryAsync']> => {
    try {
      return Object.keys(params).length === 0
        ? await session.queryAsync(settings + sql, { format })
        : await session.queryBindAsync(settings + sql, params, { format });
    } catch (error) {
      // chDB would put what was answered already in front of the next answer.
      await session.queryAsync('SELECT 1');
      throw new ClickHouseFailure(error instanceof Error ? error.message : String(error));
    }
  };
  if (insert === null) {
    const result = await query(
      [first ?? '', body.toString()].filter((text) => text !== '').join('\n'),
    );
    return { bytes: Buffer.from(result.bytes()), read: result.rowsRead, written: 0 };
  }
  if (body.length === 0) return { bytes: Buffer.alloc(0), read: 0, written: 0 };
  // A body of bytes would not survive as a part of the query's text.
  const file = join(uploads, crypto.randomUUID());
  await writeFile(file, body);
  try {
    const result = await query(
      `${insert[1]} FROM INFILE '${file}'${insert[2] ?? ''} FORMAT ${insert[3]}`,
    );
    return { bytes: Buffer.alloc(0), read: 0, written: result.rowsRead };
  } finally {
    await rm(file);
  }
}

function checkUser(request: IncomingMessage, url: URL): void {
  const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
  const [basicUser, ...basicPassword] = Buffer.from(basic ?? '', 'base64')
    .toString()
    .split(':');
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  const user =
    header('x-clickhouse-user') ?? url.searchParams.get('user') ?? (basicUser || 'default');
  const password =
    header('x-clickhouse-key') ?? url.searchParams.get('password') ?? basicPassword.join(':');
  if (user !== options.user || password !== options.password)
    throw new ClickHouseFailure(
      `Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
    );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  status: number,
  bytes: Buffer,
): void {
  const packed =
    url.searchParams.get('enable_http_compression') === '1' &&
    request.headers['accept-encoding']?.includes('gzip') === true;
  if (packed) response.setHeader('Content-Encoding', 'gzip');
  response.writeHead(status).end(packed ? gzipSync(bytes) : bytes);
}

/** A parameter's text, in which what a tab-separated field may not hold stands escaped. */
function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    t: '\t',
    n: '\n',
    r: '\r',
    0: '\0',
    b: '\b',
    f: '\f',
  };
  return text.replaceAll(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter);
}

function codes(status: number, list: readonly number[]): Record<string, number> {
  return Object.fromEntries(list.map((code) => [code, status]));
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  answer(request, response).catch((error: unknown) => {
    const failure =
      error instanceof ClickHouseFailure ? error : new ClickHouseFailure(`Code: 1002. ${error}`);
    response.setHeader('X-ClickHouse-Exception-Code', failure.code);
    const url = new URL(request.url ?? '/', 'http://front');
    send(request, response, url, STATUS[failure.code] ?? 500, Buffer.from(failure.message));
  });
}

const { tls } = options;
const server =
  tls === undefined
    ? createServer(handle)
    : createTlsServer(
        {
          key: readFileSync(tls.key),
          cert: readFileSync(tls.cert),
          ...(tls.ca === undefined
            ? {}
            : { ca: readFileSync(tls.ca), requestCert: true, rejectUnauthorized: true }),
        },
        handle,
      );
server.listen(options.port, '127.0.0.1', () =>
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`),
);
// Whoever started it is gone when stdin ends, however that came about.
process.stdin.once('end', () => process.exit(0));
createInterface({ input: process.stdin }).on('line', (line) => {
  options = { ...options, ...(JSON.parse(line) as Partial<FrontOptions>) };
  process.stdout.write('changed\n');
});
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await session.close();
  process.exit(0);
});
