import { PbfReader } from 'pbf';
import type { ReceiveLimits } from '../metrics/limits.ts';
import { isStaleMarker } from '../metrics/stale-marker.ts';
import { RequestError } from './request-error.ts';
import type { Steps } from './steps.ts';
import { decodeUtf8, type TextReader, textReader } from './text.ts';

const MILLION = 1_000_000;

type ReadLimits = Pick<ReceiveLimits, 'parts' | 'samples'>;
const NO_LIMITS: ReadLimits = { parts: Infinity, samples: Infinity };

/**
 * A protobuf reader for bytes from outside: nothing may reach beyond the message it is part of. Messages are read as
 * `const end = r.enter(limit); while (r.pos < end) switch (r.tag()) …; r.leave(end)`, where a tag is `field << 3 | wire type`.
 * Source: protobuf.dev, "Encoding".
 */
export class ProtoReader extends PbfReader {
  readonly bytes: Uint8Array;
  readonly #texts: TextReader;
  /** Set once a text was not valid UTF-8; whoever looks clears it. */
  invalidText = false;

  readonly #limits: ReadLimits;
  #parts = 0;
  #samples = 0;

  constructor(bytes: Uint8Array, limits: ReadLimits = NO_LIMITS) {
    super(bytes);
    this.bytes = bytes;
    this.#texts = textReader(bytes);
    this.#limits = limits;
  }

  /** To be asked before each sample: there may be only so many. */
  admitSample(): void {
    if (++this.#samples > this.#limits.samples) throw tooManySamples(this.#limits.samples);
  }

  /** Reads a length and gives the position after that many bytes. */
  enter(limit: number): number {
    const length = this.readVarint();
    const end = this.pos + length;
    if (end > limit) throw malformed(`a field at byte ${this.pos} is longer than what holds it`);
    if (++this.#parts > this.#limits.parts) throw tooManyParts(this.#limits.parts);
    return end;
  }

  leave(end: number): void {
    if (this.pos !== end) throw malformed(`a field reaches beyond its message at byte ${end}`);
  }

  tag(): number {
    return this.readVarint();
  }

  /** Passes a field nobody here knows. */
  pass(tag: number, limit: number): void {
    if (tag >>> 3 === 0) throw malformed(`field number 0 at byte ${this.pos}`);
    this.skip(tag);
    if (this.pos > limit) throw malformed(`a field reaches beyond its message at byte ${limit}`);
  }

  text(limit: number): string {
    const end = this.enter(limit);
    const start = this.pos;
    this.pos = end;
    let ascii = true;
    const { bytes } = this;
    for (let i = start; i < end; i++)
      if (bytes[i]! > 0x7f) {
        ascii = false;
        break;
      }
    if (ascii) return this.#texts.ascii(start, end);
    const text = this.#texts.utf8(start, end);
    // What cannot be decoded becomes U+FFFD, which a sender may also have written.
    if (text.includes('\ufffd') && !decodeUtf8(bytes.subarray(start, end)).valid)
      this.invalidText = true;
    return text;
  }

  /** Whether the double that comes next is a stale marker. */
  get staleAhead(): boolean {
    return isStaleMarker(this.dataView, this.pos);
  }

  /** A varint as int64 without loss. */
  bigInt64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.pos++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw malformed('a varint has no end');
  }

  /** Unix nanoseconds in a fixed64 as whole milliseconds, rounded down, without the rounding of a double in between. */
  nanosAsMillis(): number {
    const low = this.readFixed32();
    const high = this.readFixed32();
    const top = high * 0x1_0000 + (low >>> 16);
    const quotient = Math.floor(top / MILLION);
    const rest = (top - quotient * MILLION) * 0x1_0000 + (low & 0xffff);
    return quotient * 0x1_0000 + Math.floor(rest / MILLION);
  }

  /** Doubles, packed or the one that stands here. */
  doubles(tag: number, into: number[], limit: number): void {
    if ((tag & 7) === 1) into.push(this.readDouble());
    else {
      const end = this.enter(limit);
      while (this.pos < end) into.push(this.readDouble());
      this.leave(end);
    }
  }

  /** Unsigned fixed64, packed or the one that stands here. */
  fixed64s(tag: number, into: number[], limit: number): void {
    if ((tag & 7) === 1) into.push(this.readFixed64());
    else {
      const end = this.enter(limit);
      while (this.pos < end) into.push(this.readFixed64());
      this.leave(end);
    }
  }

  /** Unsigned varints, packed or the one that stands here. */
  varints(tag: number, into: number[], limit: number): void {
    if ((tag & 7) === 0) into.push(this.readVarint());
    else {
      const end = this.enter(limit);
      while (this.pos < end) into.push(this.readVarint());
      this.leave(end);
    }
  }

  /** Zigzag varints, packed or the one that stands here. */
  signedVarints(tag: number, into: number[], limit: number): void {
    if ((tag & 7) === 0) into.push(this.readSVarint());
    else {
      const end = this.enter(limit);
      while (this.pos < end) into.push(this.readSVarint());
      this.leave(end);
    }
  }
}

/**
 * Reads one whole message.
 * @throws RequestError 400 when the bytes are not such a message, 413 when it holds more than it may.
 */
export function readMessage<T>(
  bytes: Uint8Array,
  read: (reader: ProtoReader, end: number) => T,
  limits?: ReadLimits,
): T {
  const reader = new ProtoReader(bytes, limits);
  try {
    const result = read(reader, bytes.length);
    reader.leave(bytes.length);
    return result;
  } catch (error) {
    throw unreadable(reader, error);
  }
}

/** As `readMessage`, in steps. */
export function* messageSteps<T>(
  bytes: Uint8Array,
  read: (reader: ProtoReader, end: number) => Steps<T>,
  limits?: ReadLimits,
): Steps<T> {
  const reader = new ProtoReader(bytes, limits);
  try {
    const result = yield* read(reader, bytes.length);
    reader.leave(bytes.length);
    return result;
  } catch (error) {
    throw unreadable(reader, error);
  }
}

/** What was thrown while a message was read, as a RequestError. */
export function unreadable(reader: ProtoReader, error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  // Beyond the end of the bytes the library's reader throws whatever comes first.
  return malformed(`cannot be read near byte ${reader.pos}`, error);
}

export function tooManySamples(samples: number): RequestError {
  return new RequestError(413, `more than ${samples} samples in one request: send fewer at a time`);
}

export function tooManyParts(parts: number): RequestError {
  return new RequestError(413, `the body has more than ${parts} parts: send less at a time`);
}

function malformed(what: string, cause?: unknown): RequestError {
  return new RequestError(400, `the body is not the protobuf message it should be: ${what}`, {
    cause,
  });
}
