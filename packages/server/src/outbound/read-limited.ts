import type { Steps } from '@bellwether/formats';

/** Larger answers are not held in memory whatever the configuration says: a JavaScript string ends at 512 MiB. */
const HARD_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Reads a body, in the pieces it came in.
 * @param maxBytes 0 for no other limit than 256 MiB.
 * @throws Error when the body is longer.
 */
export async function readChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array[]> {
  const limit = maxBytes > 0 ? Math.min(maxBytes, HARD_LIMIT_BYTES) : HARD_LIMIT_BYTES;
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw new Error(`body size limit exceeded: more than ${limit} bytes`);
    read.push(chunk);
  }
  return read;
}

/** The same as one piece. */
export async function readLimited(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  return Buffer.concat(await readChunks(chunks, maxBytes));
}

/** Puts pieces together without holding up others. */
export function* joined(chunks: readonly Uint8Array[]): Steps<Buffer> {
  const bytes = Buffer.allocUnsafe(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
    yield;
  }
  return bytes;
}

const PIECE_BYTES = 262_144;
const LINE_END = 0x0a;

/**
 * The text that pieces of bytes are, in pieces of about 256 KiB that end with a line where there is one.
 * @throws Error when they are not UTF-8.
 */
export function* decoded(chunks: readonly Uint8Array[]): Generator<string, void, void> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_END) + 1;
    if (end === 0 || size + end < PIECE_BYTES) {
      gathered.push(chunk);
      size += chunk.byteLength;
      continue;
    }
    gathered.push(chunk.subarray(0, end));
    yield textOf(Buffer.concat(gathered));
    const rest = chunk.subarray(end);
    [gathered, size] = [[rest], rest.byteLength];
  }
  yield textOf(Buffer.concat(gathered));
}

/** @throws Error when the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('the answer is not UTF-8 text', { cause });
  }
}
