import { toEnd } from '@bellwether/formats';
import { describe, expect, it } from 'vitest';
import { decoded, joined, readChunks } from './read-limited.ts';

const TEXT = 'größer €😀\n'.repeat(20_000);
const BYTES = Buffer.from(TEXT);

function cut(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
  return chunks;
}

describe('a body in pieces', () => {
  it.each([1, 3, 1000, 65_537, 10_000_000])('of %d bytes is the same text and bytes', (size) => {
    const chunks = cut(BYTES, size);
    const pieces = [...decoded(chunks)];
    expect(pieces.join('')).toBe(TEXT);
    for (const piece of pieces.slice(0, -1)) expect(piece.endsWith('\n')).toBe(true);
    expect([...decoded([Buffer.from('no line end')])]).toEqual(['no line end']);
    expect(toEnd(joined(chunks))).toEqual(BYTES);
  });

  it('is refused where it is no UTF-8, also at its very end', () => {
    const wrong = Buffer.from([0x61, 0xff, 0x62]);
    expect(() => [...decoded([BYTES, wrong])]).toThrow('is not UTF-8 text');
    expect(() => [...decoded([BYTES.subarray(0, 3)])]).toThrow('is not UTF-8 text');
  });

  it('is read up to a limit', async () => {
    expect(await readChunks(cut(BYTES, 1000), BYTES.length)).toHaveLength(BYTES.length / 1000);
    await expect(readChunks([BYTES], BYTES.length - 1)).rejects.toThrow('body size limit exceeded');
  });
});
