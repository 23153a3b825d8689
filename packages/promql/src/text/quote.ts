/*
 * PromQL strings are bytes; ours are UTF-16. A byte that is not part of valid UTF-8 (written as an
 * escape such as "\xc5") is kept as a lone surrogate U+DC00 + byte, so that it survives and can be
 * told from text.
 */
const INVALID_BYTE = 0xdc00;

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
};

/** The reverse of {@link quote}; `undefined` where the literal is malformed. Quotes may be " ' or `. */
export function unquote(literal: string): string | undefined {
  const mark = literal[0];
  const body = literal.slice(1, -1);
  if (literal.length < 2 || literal.at(-1) !== mark) return undefined;
  if (mark === '`') return body.includes('`') ? undefined : body;
  if ((mark !== '"' && mark !== "'") || body.includes('\n')) return undefined;
  if (!body.includes('\\')) return body.includes(mark) ? undefined : body;
  return expandEscapes(body, mark);
}

function expandEscapes(body: string, mark: string): string | undefined {
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += decodeUtf8(bytes);
    bytes = [];
  };
  for (let i = 0; i < body.length; i++) {
    const char = body[i]!;
    if (char === mark) return undefined;
    if (char !== '\\') {
      flush();
      text += char;
      continue;
    }
    const letter = body[++i];
    if (letter === undefined) return undefined;
    const simple = letter === mark ? mark.charCodeAt(0) : SIMPLE[letter];
    if (simple !== undefined) {
      flush();
      text += String.fromCharCode(simple);
      continue;
    }
    const octal = /^[0-7]{3}/.exec(body.slice(i, i + 3));
    if (octal) {
      const value = Number.parseInt(octal[0], 8);
      if (value > 255) return undefined;
      bytes.push(value);
      i += 2;
      continue;
    }
    const width = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const hex = body.slice(i + 1, i + 1 + width);
    if (width === 0 || hex.length < width || !/^[0-9a-fA-F]+$/.test(hex)) return undefined;
    const value = Number.parseInt(hex, 16);
    i += width;
    if (letter === 'x') {
      bytes.push(value);
      continue;
    }
    if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return undefined;
    flush();
    text += String.fromCodePoint(value);
  }
  flush();
  return text;
}

function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    const tail = bytes.slice(i + 1, i + length);
    const whole =
      length > 0 && tail.length === length - 1 && tail.every((byte) => (byte & 0xc0) === 0x80);
    if (!whole) {
      text += String.fromCharCode(INVALID_BYTE + lead);
      continue;
    }
    const first = length === 1 ? lead : lead & (0xff >> (length + 1));
    text += String.fromCodePoint(tail.reduce((code, byte) => (code << 6) | (byte & 0x3f), first));
    i += length - 1;
  }
  return text;
}

/** Writes a string in double quotes with the escapes of Go's `strconv.Quote`. */
export function quote(text: string): string {
  // Nothing to escape is the rule; the test is one pass of a compiled expression.
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) quoted += escapeChar(char);
  return `${quoted}"`;
}

function escapeChar(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === '"' || char === '\\') return `\\${char}`;
  for (const [name, value] of Object.entries(SIMPLE)) if (value === code) return `\\${name}`;
  if (code >= INVALID_BYTE && code < INVALID_BYTE + 256)
    return `\\x${(code - INVALID_BYTE).toString(16).padStart(2, '0')}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) return char;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A label name may be any UTF-8 text but the empty one. */
export function isLabelName(name: string): boolean {
  return (
    name !== '' && !/[\ud800-\udfff]/.test(name.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))
  );
}

/** Names that need no quotes in a selector. */
export function isPlainLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

export function isPlainMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}
