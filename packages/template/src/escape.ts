import { hexBytes } from './quote.ts';
import { utf8Bytes, utf8Text } from './utf8.ts';

const entities: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

/** A text for HTML, in content and in quoted attributes alike. */
export const escapeHtml = (text: string): string =>
  text.replace(/["'&<>\0]/g, (char) => entities[char]!);

const scriptEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** A text for a string literal of JavaScript. */
export const escapeScript = (text: string): string =>
  text.replace(/[\\'"<>&=]|[\p{C}\p{Z}]/gu, (char) => {
    const known = scriptEscapes[char];
    if (known !== undefined || char === ' ' || char === '\x7f') return known ?? char;
    return `\\u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  });

/** A text for the query of an address, as Go's url.QueryEscape: a space becomes `+`. */
export const escapeQuery = (text: string): string =>
  text.replace(/[^A-Za-z0-9\-_.~]/gu, (char) =>
    char === ' ' ? '+' : `%${hexBytes(utf8Bytes(char), '%').toUpperCase()}`,
  );

/**
 * The reverse of {@link escapeQuery}.
 * @throws Error for a percent sign without two hexadecimal digits
 */
export function unescapeQuery(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.slice(at).search(/[%+]/);
    const plain = next < 0 ? text.slice(at) : text.slice(at, at + next);
    bytes.push(...utf8Bytes(plain));
    at += plain.length;
    if (next < 0) break;
    if (text[at] === '+') {
      bytes.push(0x20);
      at += 1;
      continue;
    }
    const code = text.slice(at, at + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(code)) throw new Error(`invalid URL escape "${code}"`);
    bytes.push(Number.parseInt(code.slice(1), 16));
    at += 3;
  }
  return utf8Text(bytes);
}
