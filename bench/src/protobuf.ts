/** A growing buffer of protobuf fields. */
export class Protobuf {
  #bytes = new Uint8Array(64);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.bytes);
    this.#bytes = larger;
  }

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  field(number: number, content: Uint8Array): void {
    this.varint(number * 8 + 2);
    this.varint(content.length);
    this.#reserve(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  /** Field 2 of a series of remote write: a sample, its own fields being the value and the time. */
  sample(value: number, time: number): void {
    this.#reserve(32);
    this.#bytes[this.#length++] = 2 * 8 + 2;
    const lengthAt = this.#length++;
    this.#bytes[this.#length++] = 1 * 8 + 1;
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    this.#bytes[this.#length++] = 2 * 8;
    this.varint(time);
    this.#bytes[lengthAt] = this.#length - lengthAt - 1;
  }
}
