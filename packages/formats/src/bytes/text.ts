import { nodeBuffer } from './node-buffer.ts';

/** Reads texts out of bytes. */
export interface TextReader {
  /** What is no UTF-8 becomes U+FFFD. */
  utf8(start: number, end: number): string;
  /** Of bytes that are all below 0x80. */
  ascii(start: number, end: number): string;
}

/** A reader for many texts out of the same bytes. */
export function textReader(bytes: Uint8Array): TextReader {
  return nodeBuffer === undefined ? new AnyTextReader(bytes) : new NodeTextReader(bytes);
}

class NodeTextReader implements TextReader {
  readonly #bytes: ReturnType<NonNullable<typeof nodeBuffer>['from']>;

  constructor({ buffer, byteLength, byteOffset }: Uint8Array) {
    this.#bytes = nodeBuffer!.from(buffer, byteOffset, byteLength);
  }

  utf8(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }

  ascii(start: number, end: number): string {
    return this.#bytes.toString('latin1', start, end);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const encoder = new TextEncoder();

/** With what browsers have too. */
class AnyTextReader implements TextReader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  utf8(start: number, end: number): string {
    return decoder.decode(this.#bytes.subarray(start, end));
  }

  ascii(start: number, end: number): string {
    return this.utf8(start, end);
  }
}

/** A text and whether the bytes were UTF-8; what was none is U+FFFD in it. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string; readonly valid: boolean } {
  try {
    return { text: strict.decode(bytes), valid: true };
  } catch {
    return { text: decoder.decode(bytes), valid: false };
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Bytes that a text takes as UTF-8; half of a surrogate pair takes three. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair is two units and four bytes.
    const isHalfOfPair = unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(i + 1));
    if (isHalfOfPair) i++;
    bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A copy. V8 keeps a piece that was cut out of a long text as a view of it, and with it the whole of that text. */
export function ownText(text: string): string {
  if (nodeBuffer === undefined) return text;
  const encoding = ASCII.test(text) ? 'latin1' : 'utf16le';
  return nodeBuffer.from(text, encoding).toString(encoding);
}

const ASCII = /^[\0-\x7f]*$/;
