import { eachUtf8Byte } from '../text/utf8.ts';
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
  const packed: number[] = [];
  eachUtf8Byte(text, (byte) => packed.push(byte));
  if (packed.length < 255) bytes.push(packed.length);
  else bytes.push(255, packed.length & 255, (packed.length >> 8) & 255, packed.length >> 16);
  for (const byte of packed) bytes.push(byte);
}
