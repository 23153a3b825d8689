import type { Problem } from '../error.ts';
import { unquote } from '../text/quote.ts';
import { AGGREGATIONS, KEYWORDS, type Token, type TokenType, WORD_OPERATORS } from './token.ts';

const SPACE = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const BLANKS = /[ \t\r\n]+/y;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const DURATION =
  /(?=\d+[ywdhms])(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?/y;
const NUMBER =
  /0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y;
const TEXT = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const OPERATOR = /==|=~|!=|!~|<=|<\/|>=|>\/|[-+*/%^<>=(){}[\],:@]/y;

/** A lexical problem, thrown as is; the parser turns it into a `parse` error. */
export class LexicalError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/**
 * Cuts a query into tokens on demand. The grammar has one ambiguity the parser must settle: inside
 * braces every word is a label name, so the parser asks for those with {@link Lexer.label}.
 */
export class Lexer {
  #position = 0;
  /** Whether this is between `[` and `]`, and whether a length of time was read there already. */
  #brackets: 'none' | 'opened' | 'measured' = 'none';

  constructor(readonly text: string) {}

  /** The next token outside of braces. */
  next(): Token {
    const start = this.#skipSpace();
    if (start >= this.text.length) return this.#token('eof', start, start);
    const code = this.text.charCodeAt(start);
    const digit = code >= 48 && code <= 57;
    if (digit || (code === 46 && /\d/.test(this.text[start + 1] ?? ''))) return this.#number(start);
    if (code === 34 || code === 39 || code === 96) return this.#string(start);
    const nameEnd = this.#match(NAME, start);
    // A name may begin with a colon, but between brackets it separates a subquery's range from its step.
    if (nameEnd > start && (code !== 58 || this.#brackets === 'none'))
      return this.#word(start, nameEnd);
    return this.#operator(start, this.#brackets === 'none' ? '' : ' in duration expression');
  }

  /** The next token inside of braces, where every word is a label name. */
  label(): Token {
    const start = this.#skipSpace();
    if (start >= this.text.length) return this.#token('eof', start, start);
    const code = this.text.charCodeAt(start);
    if (code === 34 || code === 39 || code === 96) return this.#string(start);
    const end = this.#match(LABEL, start);
    if (end > start) return this.#token('identifier', start, end);
    return this.#operator(start, ' inside braces');
  }

  /** Puts the reading position back to where `token` began, outside of brackets. */
  rewind(token: Token): void {
    this.#position = token.start;
    this.#brackets = 'none';
  }

  #skipSpace(): number {
    // Prometheus takes no comment before the first length of time between brackets.
    const pattern = this.#brackets === 'opened' ? BLANKS : SPACE;
    const end = this.#match(pattern, this.#position);
    this.#position = end;
    return end;
  }

  #match(pattern: RegExp, start: number): number {
    pattern.lastIndex = start;
    return pattern.test(this.text) ? pattern.lastIndex : start;
  }

  #token(type: TokenType, start: number, end: number, word?: string): Token {
    this.#position = end;
    const text = this.text.slice(start, end);
    return { type, text, word: word ?? text, start, end };
  }

  #word(start: number, end: number): Token {
    const text = this.text.slice(start, end);
    const lower = text.toLowerCase();
    if (AGGREGATIONS.has(lower)) return this.#token('aggregation', start, end, lower);
    if (KEYWORDS.has(lower)) return this.#token('keyword', start, end, lower);
    if (WORD_OPERATORS.has(lower)) return this.#token('op', start, end, lower);
    if (lower === 'inf' || lower === 'nan') return this.#token('number', start, end, lower);
    return this.#token(text.includes(':') ? 'metric' : 'identifier', start, end);
  }

  #number(start: number): Token {
    const durationEnd = this.#match(DURATION, start);
    const end = durationEnd > start ? durationEnd : this.#match(NUMBER, start);
    if (/[\w.]/.test(this.text[end] ?? '')) {
      let stop = end;
      while (/[\w.]/.test(this.text[stop] ?? '')) stop++;
      throw this.#problem(
        start,
        stop,
        `bad number or duration syntax: ${JSON.stringify(this.text.slice(start, stop))}`,
      );
    }
    if (this.#brackets === 'opened') this.#brackets = 'measured';
    return this.#token(durationEnd > start ? 'duration' : 'number', start, end);
  }

  #string(start: number): Token {
    const end = this.#match(TEXT, start);
    if (end === start) {
      const kind = this.text[start] === '`' ? 'raw string' : 'quoted string';
      throw this.#problem(start, this.text.length, `unterminated ${kind}`);
    }
    const value = unquote(this.text.slice(start, end));
    if (value === undefined)
      throw this.#problem(start, end, 'error unquoting string: invalid syntax');
    return this.#token('string', start, end, value);
  }

  #operator(start: number, where = ''): Token {
    const end = this.#match(OPERATOR, start);
    if (end === start) {
      const char = String.fromCodePoint(this.text.codePointAt(start)!);
      const shown = char === '!' ? "'!'" : `'${char}'`;
      throw this.#problem(start, start + char.length, `unexpected character${where}: ${shown}`);
    }
    const token = this.#token('op', start, end);
    if (token.text === '[') this.#brackets = 'opened';
    if (token.text === ']') this.#brackets = 'none';
    return token;
  }

  #problem(start: number, end: number, message: string): LexicalError {
    return new LexicalError({ message, start, end });
  }
}
