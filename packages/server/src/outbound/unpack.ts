import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const CHUNK_BYTES = 65_536;
const UNPACKED: ReadonlySet<string> = new Set(['', 'identity']);
/** What zlib and Brotli say of their input. */
const OF_THE_INPUT = /^(?:Z_|ERR__)/;

/**
 * The bytes of a body as they were before its Content-Encoding, all of them or an error: a packed body that ends too early
 * is not taken for a shorter one.
 * @throws Error also while it is read.
 */
export async function* unpacked(body: Readable, encoding: string): AsyncGenerator<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  const unpacker = UNPACKED.has(name) ? undefined : unpackerFor(name, body);
  if (unpacker === undefined) {
    yield* body;
    return;
  }
  // What goes wrong with either is thrown where this is read; leaving early ends both.
  const out = pipeline(body, unpacker, () => undefined);
  try {
    yield* out;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!OF_THE_INPUT.test(code)) throw cause;
    const what =
      code === 'Z_BUF_ERROR'
        ? `unexpected EOF: the ${name} body was cut short`
        : `the body is not ${name}, as its Content-Encoding says`;
    throw new Error(what, { cause });
  }
}

function unpackerFor(name: string, body: Readable): Transform {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ chunkSize: CHUNK_BYTES });
    case 'deflate':
      return createInflate({ chunkSize: CHUNK_BYTES });
    case 'br':
      return createBrotliDecompress({ chunkSize: CHUNK_BYTES });
    default:
      body.destroy();
      throw new Error(`the answer's Content-Encoding "${name}" was not asked for`);
  }
}
