import { nodeBuffer } from './node-buffer.ts';

/** Whether the bytes of `a` from `start` to before `end` are those of `b` from `at` on. */
export function sameBytes(
  a: Uint8Array,
  start: number,
  end: number,
  b: Uint8Array,
  at: number,
): boolean {
  if (nodeBuffer !== undefined)
    return nodeBuffer.prototype.compare.call(b, a, start, end, at, at + end - start) === 0;
  for (let i = start; i < end; i++) if (a[i] !== b[at + i - start]) return false;
  return true;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
