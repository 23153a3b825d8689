/** Stale markers as bits beside a column of values, lowest bit first. */

/** Notes the indices that a block's bits mark, the block's first sample being at `from`. */
export function addStale(indices: number[], bits: number, from: number): void {
  for (let rest = bits >>> 0, i = from; rest !== 0; rest >>>= 1, i++)
    if ((rest & 1) !== 0) indices.push(i);
}

/** The indices from `a` to before `b`, counted from `a`. */
export function packIndices(indices: readonly number[], a: number, b: number): Uint8Array {
  const bits = new Uint8Array((b - a + 7) >> 3);
  for (const i of indices) if (i >= a && i < b) bits[(i - a) >> 3]! |= 1 << ((i - a) & 7);
  return bits;
}

export function isStale(bits: Uint8Array | undefined, i: number): boolean {
  return bits !== undefined && (bits[i >> 3]! & (1 << (i & 7))) !== 0;
}

/** One bit for each byte that is `mark`. */
export function packFlags(bytes: Uint8Array, mark: number): Uint8Array {
  const bits = new Uint8Array((bytes.length + 7) >> 3);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === mark) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** The bits of up to 32 samples from `from` on, as a number. */
export function bitsAt(bits: Uint8Array | undefined, from: number, count: number): number {
  let found = 0;
  for (let i = 0; i < count && bits !== undefined; i++)
    if (isStale(bits, from + i)) found |= 1 << i;
  return found;
}
