/** A column of numbers in arrays, one array a row: row i has the values from `ends[i - 1]` to before `ends[i]`. */
export interface ArrayColumn {
  readonly ends: Float64Array;
  readonly values: Float64Array | Uint8Array;
}

export interface NativeRows {
  readonly rows: number;
  readonly ids: BigUint64Array;
  readonly arrays: readonly ArrayColumn[];
}

/** Where a column's bytes go: gives room for at least so many. */
export type Room = (bytes: number) => ArrayBuffer;

/** The same room again and again, for whoever is done with a block before reading the next. */
export function sharedRoom(): { readonly room: Room; readonly reuse: () => void } {
  const buffers: ArrayBuffer[] = [];
  let next = 0;
  return {
    room: (bytes) => {
      const known = buffers[next];
      const buffer =
        known !== undefined && known.byteLength >= bytes ? known : new ArrayBuffer(bytes * 1.25);
      buffers[next++] = buffer;
      return buffer;
    },
    reuse: () => {
      next = 0;
    },
  };
}

/**
 * Reads blocks of ClickHouse's Native format whose first column is a `UInt64` and whose others are `Array(Float64)` or
 * `Array(UInt8)`.
 * Source: ClickHouse documentation, "Native" format: of an array column the ends come first, then all values.
 * @throws Error when the bytes are something else
 */
export function* readNative(
  bytes: Buffer,
  room: Room = (length) => new ArrayBuffer(length),
): Generator<NativeRows> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let power = 1; ; power *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the answer of ClickHouse ends too early');
      value += (byte & 0x7f) * power;
      if (byte < 0x80) return value;
    }
  };
  const text = (): string => {
    const length = varint();
    at += length;
    return bytes.toString('latin1', at - length, at);
  };
  const take = (length: number): ArrayBuffer => {
    at += length;
    if (at > bytes.length) throw new Error('the answer of ClickHouse ends too early');
    const buffer = room(length);
    new Uint8Array(buffer).set(bytes.subarray(at - length, at));
    return buffer;
  };
  const arrays = (rows: number): ArrayColumn => {
    text();
    const type = text();
    const ends = Float64Array.from(new BigUint64Array(take(8 * rows), 0, rows), Number);
    const count = ends[rows - 1] ?? 0;
    if (type === 'Array(Float64)')
      return { ends, values: new Float64Array(take(8 * count), 0, count) };
    if (type === 'Array(UInt8)') return { ends, values: new Uint8Array(take(count), 0, count) };
    throw new Error(`ClickHouse answered a column of type ${type}`);
  };
  while (at < bytes.length) {
    const columns = varint();
    const rows = varint();
    text();
    const type = text();
    if (type !== 'UInt64') throw new Error(`ClickHouse answered a column of type ${type}`);
    const ids = new BigUint64Array(take(8 * rows), 0, rows);
    yield { rows, ids, arrays: Array.from({ length: columns - 1 }, () => arrays(rows)) };
  }
}
