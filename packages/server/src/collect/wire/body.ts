import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RequestError } from '@bellwether/formats';
import { uncompress } from 'snappy';

const gunzipAsync = promisify(gunzip);

/** Told how many bytes a body is about to become; what it throws is thrown on, and nothing is decompressed. */
export type Hold = (bytes: number) => void;

/**
 * Decompresses a Snappy block. Its length stands before it, so that a small body that would become a large one is
 * refused before any memory is taken.
 * Source: github.com/google/snappy, format_description.txt.
 * @throws RequestError 400 or 413
 */
export async function fromSnappy(
  body: Buffer,
  limitBytes: number,
  hold: Hold = () => undefined,
): Promise<Buffer> {
  const length = blockLength(body);
  if (length > limitBytes) throw tooLarge(limitBytes);
  hold(length);
  try {
    // A copy, as memory that is not the collector's costs more to give back than a copy to make.
    const bytes = await uncompress(body, { asBuffer: true, copyOutputData: true });
    return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  } catch (cause) {
    throw new RequestError(400, 'the body is not a Snappy block', { cause });
  }
}

function blockLength(body: Buffer): number {
  let length = 0;
  for (let i = 0; i < 5 && i < body.length; i++) {
    length += (body[i]! & 0x7f) * 2 ** (7 * i);
    if (body[i]! < 0x80) return length;
  }
  throw new RequestError(400, 'the body is not a Snappy block: its length cannot be read');
}

/**
 * Decompresses gzip. What it becomes stands at its end; where that says less than it is, as it does of several members,
 * as much is held as may be.
 * Source: RFC 1952, section 2.3.1, ISIZE.
 * @throws RequestError 400 or 413
 */
export async function fromGzip(
  body: Buffer,
  limitBytes: number,
  hold: Hold = () => undefined,
): Promise<Buffer> {
  const says = body.length >= 4 ? body.readUInt32LE(body.length - 4) : 0;
  const expected = Math.min(says, limitBytes);
  hold(expected);
  const bytes = await gunzipUpTo(body, expected);
  if (bytes !== undefined) return bytes;
  hold(limitBytes - expected);
  const all = expected < limitBytes ? await gunzipUpTo(body, limitBytes) : undefined;
  if (all === undefined) throw tooLarge(limitBytes);
  return all;
}

/** Undefined where it becomes more. */
async function gunzipUpTo(body: Buffer, bytes: number): Promise<Buffer | undefined> {
  try {
    return await gunzipAsync(body, { maxOutputLength: Math.max(bytes, 1) });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    const cut = code === 'Z_BUF_ERROR';
    throw new RequestError(400, cut ? 'the gzip body was cut short' : 'the body is not gzip', {
      cause,
    });
  }
}

export function tooLarge(limitBytes: number): RequestError {
  return new RequestError(
    413,
    `the body is larger than ${limitBytes} bytes after decompression: send fewer samples a request`,
  );
}
