import fc from 'fast-check';

type Change = (bytes: Buffer) => Buffer;

/** For fuzz tests: the bytes of a valid body with some changed, taken out, doubled, put in or cut off. */
export function mutations(valid: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(valid.length - 1);
  const replaced = (i: number, byte: (before: number) => number): Change => {
    return (bytes) => {
      const copy = Buffer.from(bytes);
      copy[i % copy.length] = byte(copy[i % copy.length]!);
      return copy;
    };
  };
  const joined =
    (parts: (bytes: Buffer) => Uint8Array[]): Change =>
    (bytes) =>
      Buffer.concat(parts(bytes));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.tuple(at, fc.nat(255)).map(([i, byte]) => replaced(i, () => byte)),
    fc.tuple(at, fc.nat(7)).map(([i, bit]) => replaced(i, (before) => before ^ (1 << bit))),
    fc.tuple(at, fc.nat(20)).map(([i, n]) => joined((b) => [b.subarray(0, i), b.subarray(i + n)])),
    fc.tuple(at, fc.nat(20)).map(([i, n]) => joined((b) => [b.subarray(0, i + n), b.subarray(i)])),
    fc
      .tuple(at, fc.uint8Array({ maxLength: 12 }))
      .map(([i, extra]) => joined((b) => [b.subarray(0, i), extra, b.subarray(i)])),
    at.map(
      (i): Change =>
        (bytes) =>
          bytes.subarray(0, i),
    ),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((b, apply) => (b.length === 0 ? b : apply(b)), valid));
}
