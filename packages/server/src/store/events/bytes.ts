const SHORT = 64;

/** A growing run of bytes. */
export class Bytes {
  #bytes = Buffer.allocUnsafe(1 << 8);
  #length = 0;

  /** Valid until the next write. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** A text as UTF-8 behind its length in bytes, as ClickHouse's String. */
  string(text: string): void {
    const { length } = text;
    if (this.#length + 3 * length + 5 > this.#bytes.length) this.#grow(3 * length + 5);
    // Most texts are short and ASCII; for them a loop here is faster than a call out of the engine.
    if (length <= SHORT && this.#ascii(text)) return;
    this.#varint(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = text.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      bytes[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  #grow(by: number): void {
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + by));
    grown.set(this.view);
    this.#bytes = grown;
  }
}
