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

/** Whether Go shows a character as it is: letters, marks, numbers, punctuation, symbols and the space. */
export const isPrintable = (char: string): boolean =>
  char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);

/** Whether a text can stand as it is in a Go literal in backquotes. */
export const canBackquote = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what cannot
  !/[\0-\x08\x0a-\x1f\x7f`\ufeff]/.test(text);

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

function escapeChar(char: string, asciiOnly: boolean): string {
  const short = named[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0)!;
  if (asciiOnly ? code >= 0x20 && code < 0x7f : isPrintable(char)) return char;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** Bytes in hexadecimal, `separator` between them. */
export function hexBytes(bytes: readonly number[], separator = ''): string {
  return bytes.map((byte) => hex(byte, 2)).join(separator);
}
