import { SourceError } from './lex.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;

/**
 * The text of a quoted Go string literal, quotes included.
 * `\x80`–`\xff` are bytes in Go; here they become the character of that number.
 * @throws SourceError for an escape Go does not know
 */
export function unquote(literal: string, offset: number): string {
  return literal.slice(1, -1).replace(escapes, (whole, hex, short, long, octal, simple) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) return codePoint(Number.parseInt(code, 16), whole, offset);
    if (octal !== undefined) return codePoint(Number.parseInt(octal, 8), whole, offset);
    const char = simpleEscapes[simple];
    if (char === undefined) {
      throw new SourceError(
        `invalid syntax: unknown escape ${whole} in ${literal}`,
        offset,
        'write \\\\ for a backslash, or use a raw string in backquotes',
      );
    }
    return char;
  });
}

function codePoint(code: number, whole: string, offset: number): string {
  if (code > 0x10ffff) throw new SourceError(`invalid syntax: ${whole} is no character`, offset);
  return String.fromCodePoint(code);
}

/**
 * The text of a string literal, in quotes or in backquotes.
 * @throws SourceError as `unquote` does
 */
export function parseString(literal: string, offset: number): string {
  return literal.startsWith('`') ? literal.slice(1, -1) : unquote(literal, offset);
}

/**
 * The value of a number literal: a bigint where Go reads an integer, a number where it reads a
 * float (a point or an exponent makes a float, except in hexadecimal without `p`).
 * @throws SourceError for what Go does not read as a number
 */
export function parseNumber(literal: string, offset: number): bigint | number {
  const bad = (): SourceError => new SourceError(`bad number syntax: "${literal}"`, offset);
  if (/__|_$/.test(literal)) throw bad();
  const sign = literal.startsWith('-') ? -1 : 1;
  const text = literal.replace(/^[+-]/, '').replaceAll('_', '');
  if (/^0[xX]/.test(text)) {
    if (/[.pP]/.test(text)) return sign * parseHexFloat(text, bad);
    if (!/^0[xX][0-9a-fA-F]+$/.test(text)) throw bad();
    return BigInt(sign) * BigInt(text);
  }
  if (/^0[bBoO]/.test(text)) {
    if (!/^0(?:[bB][01]+|[oO][0-7]+)$/.test(text)) throw bad();
    return BigInt(sign) * BigInt(text);
  }
  if (/[.eE]/.test(text)) {
    if (!/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw bad();
    return sign * Number(text);
  }
  if (/^0\d/.test(text)) {
    if (!/^0[0-7]+$/.test(text)) throw bad();
    return BigInt(sign) * BigInt(`0o${text.slice(1)}`);
  }
  const value = BigInt(sign) * BigInt(text);
  if (value >= 2n ** 63n || value < -(2n ** 63n)) {
    throw new SourceError(`integer overflow: "${literal}"`, offset, 'write it as a float: add .0');
  }
  return value;
}

/**
 * The value of a hexadecimal float such as `0x1.8p+1`, without sign and underscores.
 * @throws what `bad` makes, for anything else
 */
export function parseHexFloat(text: string, bad: () => Error): number {
  const parts = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/.exec(text);
  const digits = `${parts?.[1] ?? ''}${parts?.[2] ?? ''}`;
  if (parts === null || digits === '') throw bad();
  const scale = Number(parts[3]) - 4 * (parts[2]?.length ?? 0);
  return Number.parseInt(digits, 16) * 2 ** scale;
}

/**
 * The code point of a character constant such as `'a'` or `'\n'`.
 * @throws SourceError if there is not exactly one character inside
 */
export function parseChar(literal: string, offset: number): bigint {
  const text = unquote(literal, offset);
  const code = text.codePointAt(0);
  if (code === undefined || String.fromCodePoint(code) !== text) {
    throw new SourceError(
      `malformed character constant: ${literal}`,
      offset,
      'a text takes double quotes: "…"',
    );
  }
  return BigInt(code);
}
