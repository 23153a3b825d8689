import { findDigits, found } from './float-digits.ts';
import { formatSample } from './number.ts';
import { eachUtf8Byte } from './utf8.ts';

const QUOTE = 34;
const CLOSE = 93;
const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/** Up to here a decimal number and the float nearest to it determine each other. */
const MOST_EXACT = 1e15;

/** Text written as bytes into one growing buffer; numbers get there without a string of their own. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written since the last time, as a buffer that is the caller's. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        eachUtf8Byte(text.slice(i), (byte) => {
          bytes[at++] = byte;
        });
        break;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  /**
   * For each value `prefix + number + "]`, where the prefix is that of its index.
   *
   * @param prefixes ASCII, one after the other; `ends[i]` is where prefix `i` ends
   */
  samples(values: Float64Array, prefixes: Uint8Array, ends: Int32Array): void {
    this.#reserve(prefixes.length + values.length * 28);
    for (let i = 0; i < values.length; i++) {
      this.#copy(prefixes, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
      this.number(values[i]!);
      this.#bytes[this.#length++] = QUOTE;
      this.#bytes[this.#length++] = CLOSE;
    }
  }

  /** A number as {@link formatSample} prints it. */
  number(value: number): void {
    if (isShort(value)) {
      this.#reserve(24);
      this.#short(value);
    } else if (hasNoExponent(value) && findDigits(Math.abs(value))) {
      this.#reserve(24);
      this.#found(value < 0);
    } else {
      this.text(formatSample(value));
    }
  }

  /** The digits that were found last, with the point in its place. */
  #found(negative: boolean): void {
    const { digits, length, exponent } = found;
    const bytes = this.#bytes;
    let at = this.#length;
    if (negative) bytes[at++] = MINUS;
    if (exponent <= 0) {
      bytes[at++] = ZERO;
      bytes[at++] = POINT;
      for (let i = exponent; i < 0; i++) bytes[at++] = ZERO;
      for (let i = 0; i < length; i++) bytes[at++] = ZERO + digits[i]!;
    } else {
      for (let i = 0; i < Math.max(length, exponent); i++) {
        if (i === exponent) bytes[at++] = POINT;
        bytes[at++] = ZERO + (i < length ? digits[i]! : 0);
      }
    }
    this.#length = at;
  }

  /** A number with at most six decimals, digit by digit. */
  #short(value: number): void {
    let rest = Math.round(Math.abs(value) * 1e6);
    if (value < 0) this.#bytes[this.#length++] = MINUS;
    let whole = Math.floor(rest / 1e6);
    rest -= whole * 1e6;
    let digits = 1;
    for (let bound = 10; bound <= whole; bound *= 10) digits++;
    for (let k = digits - 1; k >= 0; k--) {
      const next = Math.floor(whole / 10);
      this.#bytes[this.#length + k] = ZERO + (whole - next * 10);
      whole = next;
    }
    this.#length += digits;
    if (rest === 0) return;
    this.#bytes[this.#length++] = POINT;
    for (let scale = 100_000; rest > 0; scale /= 10) {
      const digit = Math.floor(rest / scale);
      this.#bytes[this.#length++] = ZERO + digit;
      rest -= digit * scale;
    }
  }

  #copy(source: Uint8Array, from: number, to: number): void {
    for (let k = from; k < to; k++) this.#bytes[this.#length++] = source[k]!;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** False for NaN too. */
function hasNoExponent(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e-6 && size < 1e21;
}

/** Whether six decimals say it all. */
function isShort(value: number): boolean {
  const scaled = Math.round(value * 1e6);
  return (
    scaled < MOST_EXACT && scaled > -MOST_EXACT && scaled / 1e6 === value && !Object.is(value, -0)
  );
}
