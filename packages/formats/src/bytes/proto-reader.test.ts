import fc from 'fast-check';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { ProtoReader, readMessage } from './proto-reader.ts';

describe('a protobuf reader for bytes from outside', () => {
  it('turns nanoseconds into milliseconds exactly, where a double would be off', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (nanos) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(nanos);
        expect(new ProtoReader(bytes).nanosAsMillis()).toBe(Number(nanos / 1_000_000n));
      }),
    );
  });

  it('reads 64-bit integers without loss', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const bytes: number[] = [];
        let rest = BigInt.asUintN(64, value);
        do {
          bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
          rest >>= 7n;
        } while (rest > 0n);
        expect(new ProtoReader(Buffer.from(bytes)).bigInt64()).toBe(value);
      }),
    );
  });

  it('reads any text and knows which is not UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const writer = new PbfWriter();
        writer.writeBytes(Buffer.from(text));
        const bytes = Buffer.from(writer.finish());
        const reader = new ProtoReader(bytes);
        expect(reader.text(bytes.length)).toBe(Buffer.from(text).toString());
        expect(reader.invalidText).toBe(false);
      }),
    );
    const broken = new ProtoReader(Buffer.from('02c328', 'hex'));
    broken.text(3);
    expect(broken.invalidText).toBe(true);
  });

  it.each([
    ['a length beyond the end', '0a05ff'],
    ['a varint without an end', '08ffffffffffffffffffffff'],
    ['field number 0', '0001'],
    ['a group, which nobody writes any more', '0b'],
    ['a double of five bytes', '090102030405'],
  ])('refuses %s', (_, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    const read = () =>
      readMessage(bytes, (reader, end) => {
        while (reader.pos < end) {
          const tag = reader.tag();
          if (tag === 0x09) reader.readDouble();
          else if (tag === 0x08) reader.readVarint();
          else reader.pass(tag, end);
        }
      });
    expect(read).toThrow('is not the protobuf message it should be');
  });
});
