/**
 * Upper case as Go's strings.ToUpper has it: rune by rune, one for one. So ß stays, since it has no
 * single upper case.
 */
export const toUpper = (text: string): string => Array.from(text, upperRune).join('');

/** Lower case as Go's strings.ToLower has it, see {@link toUpper}: a final sigma is like any other. */
export const toLower = (text: string): string =>
  Array.from(text, (rune) => String.fromCodePoint(rune.toLowerCase().codePointAt(0)!)).join('');

function upperRune(rune: string): string {
  const upper = rune.toUpperCase();
  return isOneRune(upper) ? upper : (withIotaBelow(rune) ?? rune);
}

const isOneRune = (text: string): boolean =>
  text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);

/**
 * Greek letters with an iota below, whose upper case JavaScript spells as two letters, have a single one
 * as well: eight further on in their row of sixteen, or nine where they stand alone.
 */
function withIotaBelow(rune: string): string | undefined {
  const code = rune.codePointAt(0)!;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  return /^[\u1fb3\u1fc3\u1ff3]$/.test(rune) ? String.fromCodePoint(code + 9) : undefined;
}

/** Letters that look like two, each in its three cases. */
const digraphs: Readonly<Record<string, string>> = {
  ...{ Ǆ: 'ǅ', ǆ: 'ǅ', Ǉ: 'ǈ', ǉ: 'ǈ', Ǌ: 'ǋ', ǌ: 'ǋ', Ǳ: 'ǲ', ǳ: 'ǲ' },
};

/**
 * A letter as it begins a word: of several letters in one, only the first is large (ß → Ss, ﬁ → Fi).
 * Source: Unicode Character Database, SpecialCasing.txt and UnicodeData.txt.
 */
export function titleRune(rune: string): string {
  // Title case already, or Georgian, which has none.
  if (/^(?:\p{Lt}|[\u10d0-\u10ff])$/u.test(rune)) return rune;
  const upper = rune.toUpperCase();
  if (isOneRune(upper)) return digraphs[rune] ?? upper;
  const [first = '', ...rest] = upper;
  if (/^[\u1f80-\u1fff]$/.test(rune)) {
    return withIotaBelow(rune) ?? upper.replace(/\u0399$/, '\u0345');
  }
  return /^\p{Lu}$/u.test(first) ? first + rest.join('').toLowerCase() : upper;
}
