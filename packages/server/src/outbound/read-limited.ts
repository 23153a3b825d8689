/** Larger answers are not held in memory whatever the configuration says: a JavaScript string ends at 512 MiB. */
const HARD_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Reads a body.
 * @param maxBytes 0 for no other limit than 256 MiB.
 * @throws Error when the body is longer.
 */
export async function readLimited(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  const limit = maxBytes > 0 ? Math.min(maxBytes, HARD_LIMIT_BYTES) : HARD_LIMIT_BYTES;
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw new Error(`body size limit exceeded: more than ${limit} bytes`);
    read.push(chunk);
  }
  return Buffer.concat(read, size);
}

/** @throws Error when the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('the answer is not UTF-8 text', { cause });
  }
}
