import { tooManySamples } from '../bytes/proto-reader.ts';
import { RequestError } from '../bytes/request-error.ts';

/** Shared by all objects of a body. */
export interface SampleAllowance {
  readonly limit: number;
  used: number;
}

/**
 * One object of a JSON body and where it stands. Fields are read as protobuf's JSON mapping says: a missing or null
 * field is its default, 64-bit integers may be text, doubles may be `"NaN"`, `"Infinity"` or `"-Infinity"`.
 * Source: protobuf.dev, "ProtoJSON Format"; OTLP specification, "JSON Protobuf Encoding".
 */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #samples: SampleAllowance;

  /**
   * @param samples How many samples there may still be, in the whole body.
   * @throws RequestError 400 when `value` is no object.
   */
  constructor(value: unknown, path: string, samples: SampleAllowance) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(path, 'an object', value);
    this.#fields = value as Record<string, unknown>;
    this.#path = path;
    this.#samples = samples;
  }

  has(name: string): boolean {
    const value = this.raw(name);
    return value !== undefined && value !== null;
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  path(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.raw(name) ?? {}, this.path(name), this.#samples);
  }

  objects(name: string): JsonFields[] {
    return this.#array(name).map(
      (item, i) => new JsonFields(item, `${this.path(name)}[${i}]`, this.#samples),
    );
  }

  /**
   * Objects that are samples.
   * @throws RequestError 413 when there are more of them than may be.
   */
  samples(name: string): JsonFields[] {
    this.#samples.used += this.#array(name).length;
    const { used, limit } = this.#samples;
    if (used > limit) throw tooManySamples(limit);
    return this.objects(name);
  }

  text(name: string): string {
    const value = this.raw(name) ?? '';
    if (typeof value !== 'string') throw wrong(this.path(name), 'text', value);
    if (LONE_SURROGATE.test(value)) throw wrong(this.path(name), 'valid Unicode', value);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.raw(name) ?? false;
    if (typeof value !== 'boolean') throw wrong(this.path(name), 'true or false', value);
    return value;
  }

  double(name: string): number {
    return toDouble(this.raw(name) ?? 0, this.path(name));
  }

  doubles(name: string): number[] {
    return this.#array(name).map((item, i) => toDouble(item, `${this.path(name)}[${i}]`));
  }

  /** An integer of 64 bits, as a number. */
  integer(name: string): number {
    return Number(toInteger(this.raw(name) ?? 0, this.path(name)));
  }

  bigInteger(name: string): bigint {
    return BigInt(toInteger(this.raw(name) ?? 0, this.path(name)));
  }

  integers(name: string): number[] {
    return this.#array(name).map((item, i) => Number(toInteger(item, `${this.path(name)}[${i}]`)));
  }

  /** Unix nanoseconds as whole milliseconds, rounded down. */
  nanosAsMillis(name: string): number {
    const nanos = toInteger(this.raw(name) ?? 0, this.path(name));
    if (typeof nanos === 'bigint') return Number(nanos / 1_000_000n);
    // A number this large was rounded to a multiple of 256 when the body was parsed.
    return Math.floor((nanos + 128) / 1e6);
  }

  #array(name: string): readonly unknown[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) throw wrong(this.path(name), 'a list', value);
    return value;
  }
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};
const LONE_SURROGATE = /\p{Surrogate}/u;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const INTEGER = /^-?\d{1,20}$/;

function toDouble(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (Object.hasOwn(SPECIAL, value)) return SPECIAL[value]!;
    if (DECIMAL.test(value)) return Number(value);
  }
  throw wrong(path, 'a number', value);
}

function toInteger(value: unknown, path: string): bigint | number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt(value);
  throw wrong(path, 'an integer', value);
}

function wrong(path: string, wanted: string, value: unknown): RequestError {
  return new RequestError(400, `${path || 'the body'} must be ${wanted}, and is ${shown(value)}`);
}

/** Lists and objects by their kind only: they may be deeper than what prints them can go. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, 60);
}
