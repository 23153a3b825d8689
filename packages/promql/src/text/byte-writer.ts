import { formatValue } from './number.ts';
import { eachUtf8Byte } from './utf8.ts';

const COMMA = 44;
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
    // Most series hold short decimals; the others are all printed at once, which costs least.
    for (let i = 0; i < values.length; i++) {
      if (isShort(values[i]!)) continue;
      this.#printed(values, prefixes, ends);
      return;
    }
    for (let i = 0; i < values.length; i++) {
      this.#copy(prefixes, i === 0 ? 0 : ends[i - 1]!, ends[i]!);
      this.#short(values[i]!);
      this.#bytes[this.#length++] = QUOTE;
      this.#bytes[this.#length++] = CLOSE;
    }
  }

  #printed(values: Float64Array, prefixes: Uint8Array, ends: Int32Array): void {
    const text = printAll(values);
    this.#reserve(prefixes.length + text.length + values.length * 2);
    const bytes = this.#bytes;
    const { length } = text;
    let at = this.#length;
    let next = 0;
    let prefix = 0;
    for (let sample = 0; sample < values.length; sample++) {
      const end = ends[sample]!;
      while (prefix < end) bytes[at++] = prefixes[prefix++]!;
      for (; next < length; next++) {
        const code = text.charCodeAt(next);
        if (code === COMMA) break;
        bytes[at++] = code;
      }
      next++;
      bytes[at++] = QUOTE;
      bytes[at++] = CLOSE;
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

/** All values with commas between them. Printing them in one call costs half of one by one. */
function printAll(values: Float64Array): string {
  const list = new Array<number>(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!hasPlainJson(value)) return Array.from(values, formatValue).join(',');
    list[i] = value;
  }
  return JSON.stringify(list).slice(1, -1);
}

/** Whether six decimals say it all. */
function isShort(value: number): boolean {
  const scaled = Math.round(value * 1e6);
  return (
    scaled < MOST_EXACT && scaled > -MOST_EXACT && scaled / 1e6 === value && !Object.is(value, -0)
  );
}

/** Whether JSON and Prometheus print the number alike: finite, without an exponent, not -0. */
function hasPlainJson(value: number): boolean {
  const size = Math.abs(value);
  return (size >= 1e-6 && size < 1e21) || Object.is(value, 0);
}
