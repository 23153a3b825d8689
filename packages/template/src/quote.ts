import { utf8Bytes } from './utf8.ts';

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** A text as a Go literal in double quotes (`%q`); `asciiOnly` is `%+q`. */
export function quote(text: string, asciiOnly = false): string {
  return `"${[...text].map((char) => (char === '"' ? '\\"' : escapeChar(char, asciiOnly))).join('')}"`;
}

/** A character as a Go literal in single quotes. */
export function quoteChar(char: string, asciiOnly = false): string {
  return `'${char === "'" ? "\\'" : escapeChar(char, asciiOnly)}'`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

function escapeChar(char: string, asciiOnly: boolean): string {
  const short = named[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0)!;
  const printable = asciiOnly
    ? code >= 0x20 && code < 0x7f
    : char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
  if (printable) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** The bytes of a text in hexadecimal (`%x`), `separator` between them. */
export function hexBytes(text: string, separator = ''): string {
  return utf8Bytes(text)
    .map((byte) => hex(byte, 2))
    .join(separator);
}
