/** The UTF-8 bytes of a text, put into `bytes` by `push`. Lone surrogates come out as three bytes. */
export function eachUtf8Byte(text: string, push: (byte: number) => void): void {
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80) {
      push(code);
    } else if (code < 0x800) {
      push(0xc0 | (code >> 6));
      push(0x80 | (code & 63));
    } else if (code < 0x10000) {
      push(0xe0 | (code >> 12));
      push(0x80 | ((code >> 6) & 63));
      push(0x80 | (code & 63));
    } else {
      push(0xf0 | (code >> 18));
      push(0x80 | ((code >> 12) & 63));
      push(0x80 | ((code >> 6) & 63));
      push(0x80 | (code & 63));
    }
  }
}

export function utf8Length(text: string): number {
  let length = text.length;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0x80) length += code < 0x800 ? 1 : 2;
  }
  return length;
}
