/** What a piece of a template's source is. */
export type TokenKind =
  | 'text'
  | 'left-delimiter'
  | 'right-delimiter'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char'
  | 'string'
  | 'raw-string'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'left-paren'
  | 'right-paren'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the source, in UTF-16 units. */
  readonly start: number;
}

/** Thrown inside this package; the parser adds the template's name and the line. */
export class SourceError extends Error {
  readonly offset: number;
  readonly hint: string | undefined;

  constructor(message: string, offset: number, hint?: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

const keywords = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

const space = /[ \t\r\n]+/y;
const word = /[\p{L}\p{Nd}_]+/uy;
const number =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[bB][01_]*|0[oO][0-7_]*|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]*)?)/y;
const trimLeft = /[ \t\r\n]+$/;
const trimRight = /^[ \t\r\n]+/;

/**
 * Cuts a template into tokens the way Go's text/template does, trim markers applied and comments
 * dropped.
 * @throws SourceError with the offset of the offending character
 */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;

  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const textEnd = open < 0 ? source.length : open;
    let text = source.slice(at, textEnd);
    let start = at;
    if (trimNext) {
      const trimmed = text.replace(trimRight, '');
      start += text.length - trimmed.length;
      text = trimmed;
      trimNext = false;
    }
    const trims = open >= 0 && hasLeftTrim(source, open + 2);
    if (trims) text = text.replace(trimLeft, '');
    if (text !== '') tokens.push({ kind: 'text', text, start });
    if (open < 0) break;

    const inside = open + 2 + (trims ? 2 : 0);
    if (source.startsWith('/*', inside)) {
      ({ at, trimNext } = skipComment(source, inside));
      continue;
    }
    tokens.push({ kind: 'left-delimiter', text: '{{', start: open });
    ({ at, trimNext } = lexAction(source, inside, open, tokens));
  }
  tokens.push({ kind: 'end', text: '', start: source.length });
  return tokens;
}

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\r' || char === '\n';

const hasLeftTrim = (source: string, at: number): boolean =>
  source[at] === '-' && isSpace(source[at + 1]);

interface AfterAction {
  at: number;
  trimNext: boolean;
}

/** The closing delimiter at `at`, with or without its trim marker. */
function rightDelimiter(source: string, at: number): AfterAction | undefined {
  if (source.startsWith('}}', at)) return { at: at + 2, trimNext: false };
  if (isSpace(source[at]) && source.startsWith('-}}', at + 1))
    return { at: at + 4, trimNext: true };
  return undefined;
}

function skipComment(source: string, start: number): AfterAction {
  const close = source.indexOf('*/', start + 2);
  if (close < 0) throw new SourceError('unclosed comment', start, 'end the comment with */}}');
  const after = rightDelimiter(source, close + 2);
  if (after === undefined) {
    throw new SourceError(
      'comment ends before closing delimiter',
      start,
      'a comment stands alone in its action: {{/* … */}}',
    );
  }
  return after;
}

const symbols: Readonly<Record<string, TokenKind>> = {
  '|': 'pipe',
  ',': 'comma',
  '(': 'left-paren',
  ')': 'right-paren',
  '=': 'assign',
};

function lexAction(source: string, from: number, open: number, tokens: Token[]): AfterAction {
  let at = from;
  const parens: number[] = [];
  const push = (kind: TokenKind, end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), start: at });
    at = end;
  };
  const match = (pattern: RegExp, offset = at): number | undefined => {
    pattern.lastIndex = offset;
    return pattern.test(source) ? pattern.lastIndex : undefined;
  };

  for (;;) {
    const close = rightDelimiter(source, at);
    if (close !== undefined) {
      const unclosed = parens.at(-1);
      if (unclosed !== undefined)
        throw new SourceError('unclosed left paren', unclosed, 'add the missing )');
      tokens.push({ kind: 'right-delimiter', text: '}}', start: at });
      return close;
    }
    const char = source[at];
    if (char === undefined)
      throw new SourceError('unclosed action', open, 'end the action with }}');
    const spaceEnd = match(space);
    if (spaceEnd !== undefined) {
      // A trim marker needs its space, so the last one is left for rightDelimiter.
      push(
        'space',
        source.startsWith('-}}', spaceEnd) && spaceEnd - at > 1 ? spaceEnd - 1 : spaceEnd,
      );
      continue;
    }
    if (source.startsWith(':=', at)) {
      push('declare', at + 2);
      continue;
    }
    const symbol = symbols[char];
    if (symbol !== undefined) {
      if (symbol === 'left-paren') parens.push(at);
      if (symbol === 'right-paren' && parens.pop() === undefined) {
        throw new SourceError('unexpected right paren', at, 'remove it, or open it with (');
      }
      push(symbol, at + 1);
      continue;
    }
    if (char === '"' || char === "'") {
      push(char === '"' ? 'string' : 'char', quotedEnd(source, at, char));
      continue;
    }
    if (char === '`') {
      const end = source.indexOf('`', at + 1);
      if (end < 0) throw new SourceError('unterminated raw quoted string', at, 'close it with `');
      push('raw-string', end + 1);
      continue;
    }
    const numberEnd = /[0-9+\-.]/.test(char) ? match(number) : undefined;
    if (numberEnd !== undefined) {
      const tail = match(word, numberEnd);
      if (tail !== undefined) {
        throw new SourceError(`bad number syntax: "${source.slice(at, tail)}"`, at);
      }
      push('number', numberEnd);
      continue;
    }
    if (char === '.' || char === '$') {
      const end = match(word, at + 1);
      if (char === '$') push('variable', end ?? at + 1);
      else push(end === undefined ? 'dot' : 'field', end ?? at + 1);
      requireTerminator(source, at);
      continue;
    }
    const wordEnd = match(word);
    if (wordEnd !== undefined) {
      const text = source.slice(at, wordEnd);
      push(wordKind(text), wordEnd);
      requireTerminator(source, at);
      continue;
    }
    throw unexpectedCharacter('unrecognized character in action', source, at);
  }
}

function wordKind(text: string): TokenKind {
  if (keywords.has(text)) return 'keyword';
  if (text === 'true' || text === 'false') return 'bool';
  return text === 'nil' ? 'nil' : 'identifier';
}

/** A name ends where something begins that can follow a name. */
function requireTerminator(source: string, at: number): void {
  const char = source[at];
  if (char === undefined || isSpace(char) || '.,|:)(='.includes(char)) return;
  if (source.startsWith('}}', at)) return;
  throw unexpectedCharacter('bad character', source, at);
}

function unexpectedCharacter(message: string, source: string, at: number): SourceError {
  const code = source.codePointAt(at) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  const shown = code > 0x20 && code !== 0xa0 ? ` '${String.fromCodePoint(code)}'` : '';
  const hint =
    code === 0xa0 ? 'this is a no-break space, replace it by an ordinary one' : undefined;
  return new SourceError(`${message}: U+${hex}${shown}`, at, hint);
}

function quotedEnd(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '\n') break;
    else if (char === quote) return at + 1;
  }
  const what = quote === '"' ? 'quoted string' : 'character constant';
  throw new SourceError(`unterminated ${what}`, start, `close it with ${quote}`);
}
