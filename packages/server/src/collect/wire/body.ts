import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { uncompress } from 'snappy';
import { RequestError } from './request-error.ts';

const gunzipAsync = promisify(gunzip);

/**
 * Decompresses a Snappy block. Its length stands before it, so that a small body that would become a large one is
 * refused before any memory is taken.
 * Source: github.com/google/snappy, format_description.txt.
 * @throws RequestError 400 or 413
 */
export async function fromSnappy(body: Buffer, limitBytes: number): Promise<Buffer> {
  const length = blockLength(body);
  if (length > limitBytes) throw tooLarge(limitBytes);
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

/** @throws RequestError 400 or 413 */
export async function fromGzip(body: Buffer, limitBytes: number): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(limitBytes);
    const cut = (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
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
