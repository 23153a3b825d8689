/** Larger texts are not held in memory whatever the configuration says: a JavaScript string ends at 512 MiB. */
const HARD_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Reads a body as UTF-8 text.
 * @param maxBytes 0 for no other limit than 256 MiB.
 * @throws Error when the body is longer, or is not UTF-8.
 */
export async function readLimited(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const limit = maxBytes > 0 ? Math.min(maxBytes, HARD_LIMIT_BYTES) : HARD_LIMIT_BYTES;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw new Error(`body size limit exceeded: more than ${limit} bytes`);
    text += decode(chunk);
  }
  return text + decode();

  function decode(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new Error('the answer is not UTF-8 text');
    }
  }
}
