import { STATUS_CODES } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { version } from '../version.ts';
import { basicOf } from './basic.ts';
import { LocalAddressError, localityOfHost, resolvedLocality } from './local-address.ts';
import { unpacked } from './unpack.ts';

const MOST_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A request that was sent by POST is sent so again. */
const KEEP_METHOD: ReadonlySet<number> = new Set([307, 308]);

/** The connection to use for an address; `elsewhere`: one that refuses to lead to a local one. */
type Connect = (
  url: string,
  elsewhere: boolean,
) => Dispatcher | undefined | Promise<Dispatcher | undefined>;

type Headers = readonly (readonly [name: string, value: string])[];

export interface Question {
  readonly url: string;
  readonly connect: Connect;
  readonly signal: AbortSignal;
  readonly headers: Headers;
  /** What only the host of `url` may see: who asks, and what the configuration adds. */
  readonly privateHeaders: Headers;
  /** Sent by POST; without it, it is a GET. */
  readonly form?: string;
  /** `elsewhere`: not to the own machine or its link from outside of them. */
  readonly redirects: 'none' | 'elsewhere' | 'anywhere';
}

export interface Answer {
  readonly status: number;
  /** `status` and what that means, in the words of HTTP and not of the server. */
  readonly statusText: string;
  readonly contentType: string;
  /** Whether redirects led to another host. */
  readonly fromElsewhere: boolean;
  /** To be read to its end, or else `discard` is to be called. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

/**
 * Asks by HTTP, at any port, and follows redirects as Go's client does, which Prometheus uses: at most ten, and headers that
 * are private go no further than the host that was asked.
 * @throws Error what the connection says, or why a redirect is not followed.
 */
export async function ask(question: Question): Promise<Answer> {
  const first = new URL(question.url);
  let url = first;
  let { form } = question;
  let elsewhere = false;
  let isPrivate = true;
  for (let followed = 0; ; followed++) {
    const headers = headersFor(question, url, isPrivate);
    const dispatcher = await question.connect(bare(url), elsewhere);
    const response = await request(bare(url), {
      method: form === undefined ? 'GET' : 'POST',
      headers: headers.flat(),
      ...(form === undefined ? {} : { body: form }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
      signal: question.signal,
      // The signal alone says how long it may take.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { statusCode: status, body } = response;
    // Whoever reads is told by the reading; a body that ends before anybody does would end the process otherwise.
    body.on('error', () => undefined);
    const location = oneOf(response.headers['location']);
    if (question.redirects === 'none' || !REDIRECTS.has(status) || location === '')
      return {
        status,
        statusText: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
        contentType: oneOf(response.headers['content-type']),
        fromElsewhere: !isPrivate,
        body: unpacked(body, oneOf(response.headers['content-encoding'])),
        discard: () => body.dump(),
      };
    await body.dump();
    if (followed === MOST_REDIRECTS) throw new Error(`it redirects more than ${followed} times`);
    const next = addressIn(location, url);
    if (question.redirects === 'elsewhere') elsewhere = await mustLeaveAlone(url, next);
    isPrivate &&= isSameHost(first, next);
    if (!KEEP_METHOD.has(status)) form = undefined;
    url = next;
  }
}

function headersFor({ headers, privateHeaders }: Question, url: URL, isPrivate: boolean): Headers {
  const all: Headers = [
    ['user-agent', `Bellwether/${version}`],
    ...headers,
    ...(isPrivate ? privateHeaders : []),
  ];
  const { username, password } = url;
  if (username === '' && password === '') return all;
  if (all.some(([name]) => name.toLowerCase() === 'authorization')) return all;
  const identity = basicOf(decodeURIComponent(username), decodeURIComponent(password));
  return [...all, ['authorization', identity]];
}

/** Without the name and password, which stand in a header. */
function bare(url: URL): string {
  const out = new URL(url);
  [out.username, out.password] = ['', ''];
  return out.href;
}

function oneOf(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}

function addressIn(location: string, base: URL): URL {
  const next = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol))
    throw new Error('it redirects to what is no address of HTTP');
  return next;
}

/** The same host and port, or the same host by TLS instead, each at its usual port. */
function isSameHost(first: URL, next: URL): boolean {
  if (first.hostname !== next.hostname) return false;
  if (first.protocol === next.protocol) return first.port === next.port;
  return first.protocol === 'http:' && first.port === '' && next.port === '';
}

/**
 * Whether a redirect must not lead to the own machine or its link. Who is on this machine itself may lead anywhere, as it
 * could ask there itself; a neighbour on the link to itself.
 * @throws LocalAddressError when it does, which its address says.
 */
async function mustLeaveAlone(from: URL, to: URL): Promise<boolean> {
  const source = await resolvedLocality(from.hostname);
  if (source === 'loopback') return false;
  if (source === 'link-local' && from.hostname === to.hostname) return false;
  if (localityOfHost(to.hostname) !== undefined) throw new LocalAddressError(to.host);
  return true;
}
