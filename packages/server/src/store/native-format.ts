/** One column of a block in ClickHouse's Native format. */
export interface NativeColumn {
  readonly name: string;
  /** ClickHouse's name of the type, like `UInt64`. */
  readonly type: string;
  /** The values, one behind the other: numbers little-endian, strings each behind its length. */
  readonly data: readonly Uint8Array[];
}

/**
 * A block of rows as ClickHouse keeps them itself, column by column: it has nothing to parse, which makes an insert ten
 * times faster than one of text. Blocks may follow one another.
 * Source: ClickHouse documentation, "Native" format.
 */
export function nativeBlock(rows: number, columns: readonly NativeColumn[]): Uint8Array[] {
  return [
    Buffer.concat([varint(columns.length), varint(rows)]),
    ...columns.flatMap(({ name, type, data }) => [
      Buffer.concat([nativeString(name), nativeString(type)]),
      ...data,
    ]),
  ];
}

/** A string behind its length in bytes. */
export function nativeString(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** The bytes of a typed array. Typed arrays are little-endian on every machine that Node runs on. */
export function bytesOf(array: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
