import { bytesOf, type NativeColumn } from '../native-format.ts';
import { Bytes } from './bytes.ts';
import { Growing, Int64s } from './growing.ts';

/**
 * Columns that grow value by value and end as ClickHouse's Native format has them.
 * Source: ClickHouse documentation, "Native" format; for `LowCardinality`, "Native protocol, columns".
 */
interface Finished {
  /** ClickHouse's name of the type. */
  readonly type: string;
  /** Valid until the next value. */
  data(): Uint8Array[];
}

interface Column<V> extends Finished {
  add(value: V): void;
}

type Maybe<V> = V | null | undefined;

export function named(name: string, column: Finished): NativeColumn {
  return { name, type: column.type, data: column.data() };
}

/** What is not known is the empty string. */
export class TextColumn implements Column<Maybe<string>> {
  readonly type = 'String';
  readonly #bytes = new Bytes();

  add(value: Maybe<string>): void {
    if (value) this.#bytes.string(value);
    else this.#bytes.byte(0);
  }

  data(): Uint8Array[] {
    return [this.#bytes.view];
  }
}

/** Unix milliseconds. */
export class TimeColumn implements Column<number> {
  readonly type = "DateTime64(3, 'UTC')";
  readonly #values = new Int64s();

  add(value: number): void {
    this.#values.push(value);
  }

  data(): Uint8Array[] {
    return [this.#values.view];
  }
}

/** One time in every row. */
export function repeated(time: number, rows: number): Finished {
  const column = new TimeColumn();
  for (let row = 0; row < rows; row++) column.add(time);
  return column;
}

export class NumberColumn implements Column<number> {
  readonly type = 'Float64';
  readonly #values = new Growing(Float64Array);

  add(value: number): void {
    this.#values.push(value);
  }

  data(): Uint8Array[] {
    return [this.#values.view];
  }
}

/** A number that may not be known: `Float64`, or `UInt32` for what is counted. */
export class NullableColumn implements Column<Maybe<number>> {
  readonly type: string;
  readonly #unknown = new Growing(Uint8Array);
  readonly #values: Growing<Float64Array | Uint32Array>;

  constructor(of: 'Float64' | 'UInt32' = 'Float64') {
    this.type = `Nullable(${of})`;
    this.#values = of === 'UInt32' ? new Growing(Uint32Array) : new Growing(Float64Array);
  }

  add(value: Maybe<number>): void {
    const known = typeof value === 'number';
    this.#unknown.push(known ? 0 : 1);
    this.#values.push(known ? value : 0);
  }

  data(): Uint8Array[] {
    return [this.#unknown.view, this.#values.view];
  }
}

const VERSION_SHARED_DICTIONARIES = 1n;
const ADDITIONAL_KEYS_AND_UPDATE = 0x600n;

/** Texts that repeat: each distinct one is sent once. */
export class WordColumn implements Column<Maybe<string>> {
  readonly type = 'LowCardinality(String)';
  readonly #numbers = new Map<string, number>();
  readonly #keys = new Bytes();
  readonly #indices = new Growing(Uint32Array);

  add(value: Maybe<string>): void {
    const text = value ?? '';
    let index = this.#numbers.get(text);
    if (index === undefined) {
      index = this.#numbers.size;
      this.#numbers.set(text, index);
      this.#keys.string(text);
    }
    this.#indices.push(index);
  }

  data(): Uint8Array[] {
    return [...this.prefix(), ...this.body()];
  }

  /** What stands before the offsets where words are the keys of a map. */
  prefix(): Uint8Array[] {
    return [bytesOf(BigUint64Array.of(VERSION_SHARED_DICTIONARIES))];
  }

  body(): Uint8Array[] {
    const indices = this.#indices.values;
    if (indices.length === 0) return [];
    const words = this.#numbers.size;
    const width = words <= 0x100 ? 0n : words <= 0x1_0000 ? 1n : 2n;
    return [
      bytesOf(BigUint64Array.of(width | ADDITIONAL_KEYS_AND_UPDATE, BigInt(words))),
      this.#keys.view,
      bytesOf(BigUint64Array.of(BigInt(indices.length))),
      bytesOf(
        width === 0n
          ? Uint8Array.from(indices)
          : width === 1n
            ? Uint16Array.from(indices)
            : indices,
      ),
    ];
  }
}

/** Values by name. `put` adds an entry to the row that `end` closes. */
export class MapColumn<V> implements Finished {
  readonly type: string;
  readonly #keys = new WordColumn();
  readonly #values: Column<V>;
  readonly #offsets = new Int64s();
  #entries = 0;

  constructor(values: Column<V>) {
    this.#values = values;
    this.type = `Map(LowCardinality(String), ${values.type})`;
  }

  put(key: string, value: V): void {
    this.#keys.add(key);
    this.#values.add(value);
    this.#entries++;
  }

  end(): void {
    this.#offsets.push(this.#entries);
  }

  data(): Uint8Array[] {
    return [
      ...this.#keys.prefix(),
      this.#offsets.view,
      ...this.#keys.body(),
      ...this.#values.data(),
    ];
  }
}
