import { titleRune } from './letter-case.ts';

/** What stands between letters without ending their word, but not twice in a row: `it's`, `a.b`. */
const middle =
  /^['.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]$/;

const cased = /^\p{Cased}$/u;

/** What else can be part of a word: letters, digits, marks, and some signs that stand among letters. */
const joins =
  /^[\p{Alphabetic}\p{Nd}\p{Pc}\p{M}\p{Cf}\u02c2-\u02c5\u02d2-\u02d7\u02de-\u02df\u02e5-\u02ff\u055a-\u055c\u055e\u058a\u05f3\u066b\u202f\ua708-\ua716\ua720\ua721\ua789\ua78a\uab5b]$/u;

/** Letters of scripts that put no spaces between words: there are no words to go on with. */
const unspaced =
  /^(?=[^\p{M}\p{Nd}])[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Mymr}\p{sc=Khmr}\p{sc=Tale}\p{sc=Talu}\p{sc=Lana}\p{sc=Tavt}\p{sc=Nshu}\p{sc=Tang}\u30fc\u200b]$/u;

/**
 * The first letter of every word in upper case; `lower` also puts the others in lower case.
 *
 * As golang.org/x/text/cases does it, whose words are those of Unicode's Annex 29, simplified.
 */
export function titleCase(text: string, lower: boolean): string {
  const runes = [...text];
  // As a whole, since a sigma is another one at the end of a word. Only İ would become two letters.
  const small = lower ? [...text.replaceAll('İ', 'I').toLowerCase()] : runes;
  let out = '';
  let inWord = false;
  let afterMiddle = false;
  for (const [index, rune] of runes.entries()) {
    const isMiddle = middle.test(rune);
    if (isMiddle && afterMiddle) inWord = false;
    afterMiddle = isMiddle;
    if (cased.test(rune)) {
      const inside = lower && rune === 'İ' ? 'i\u0307' : small[index]!;
      out += inWord ? inside : titleRune(rune);
      inWord = true;
    } else {
      out += rune;
      if (!isMiddle && (!joins.test(rune) || unspaced.test(rune))) inWord = false;
    }
  }
  return out;
}
