/**
 * What a regular expression of a matcher accepts, where that can be said without an automaton: any text, any but the
 * empty one, exactly these, what begins with a text and may or must go on, what contains a text.
 */
export type LiteralShape =
  | { readonly kind: 'any' }
  | { readonly kind: 'some' }
  | { readonly kind: 'among'; readonly values: readonly string[] }
  | { readonly kind: 'prefix'; readonly text: string; readonly goesOn: boolean }
  | { readonly kind: 'contains'; readonly text: string };

/** A character that stands for itself, plainly or behind a backslash. */
const CHARACTER = String.raw`(?:[\w\-/:@ ,%&=~#;<>"'!]|\\[\\.+*?()|[\]{}^$/-])`;
const AMONG = new RegExp(`^${CHARACTER}*(?:\\|${CHARACTER}*)*$`);
const PREFIX = new RegExp(`^(${CHARACTER}+)\\.([*+])$`);
const CONTAINS = new RegExp(`^\\.\\*(${CHARACTER}+)\\.\\*$`);
/** A character that may be left out is not sure. */
const BEGINNING = new RegExp(`^(?:${CHARACTER}(?![?*{]))*`);
const ESCAPED_OR_BAR = /\\(.)|\|/g;

/**
 * The shape of an RE2 expression that has to match a whole text, the dot newlines too; undefined where only RE2 knows.
 * Source: RE2's syntax, by which a backslash before punctuation makes it a plain character.
 */
export function literalShape(pattern: string): LiteralShape | undefined {
  const bare = withoutAnchor(pattern);
  if (bare === '.*') return { kind: 'any' };
  if (bare === '.+') return { kind: 'some' };
  const list = /^\(([^()]*)\)$/.exec(bare)?.[1] ?? bare;
  if (AMONG.test(list)) return { kind: 'among', values: alternatives(list) };
  const [, prefix, more] = PREFIX.exec(bare) ?? [];
  if (prefix !== undefined)
    return { kind: 'prefix', text: unescaped(prefix), goesOn: more === '+' };
  const contained = CONTAINS.exec(bare)?.[1];
  return contained === undefined ? undefined : { kind: 'contains', text: unescaped(contained) };
}

/** What every text begins with that an RE2 expression accepts; '' where nothing is sure. */
export function literalPrefix(pattern: string): string {
  if (pattern.includes('|')) return '';
  return unescaped(BEGINNING.exec(withoutAnchor(pattern))![0]);
}

/** The whole text has to match anyway. */
function withoutAnchor(pattern: string): string {
  return pattern.startsWith('^') ? pattern.slice(1) : pattern;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function alternatives(list: string): string[] {
  const values: string[] = [];
  let from = 0;
  for (const { 0: token, index } of list.matchAll(ESCAPED_OR_BAR))
    if (token === '|') {
      values.push(unescaped(list.slice(from, index)));
      from = index + 1;
    }
  return [...values, unescaped(list.slice(from))];
}
