import type { LabelSet } from './labels.ts';
import { xxhash64 } from './xxhash64.ts';

/**
 * The 64-bit hash by which `limit_ratio` chooses series: xxHash64 over Prometheus' packed form of the
 * labels (each name and value behind its length).
 */
export function hashLabels(labels: LabelSet): bigint {
  const bytes: number[] = [];
  for (let i = 0; i < labels.names.length; i++) {
    pack(labels.names[i]!, bytes);
    pack(labels.values[i]!, bytes);
  }
  return xxhash64(Uint8Array.from(bytes));
}

/** One byte of length, or 255 and three bytes, lowest first. */
function pack(text: string, bytes: number[]): void {
  const packed = utf8(text);
  if (packed.length < 255) bytes.push(packed.length);
  else bytes.push(255, packed.length & 255, (packed.length >> 8) & 255, packed.length >> 16);
  bytes.push(...packed);
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return bytes;
}
