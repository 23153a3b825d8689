import { lex, SourceError, type Token, type TokenKind } from './lex.ts';

/** Deep enough for any template a person writes, and far from the end of the stack. */
const maxDepth = 200;

/** Where reading stands in the tokens of a template, and how deep in what nests. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  /** @throws SourceError at the first thing that is no token */
  constructor(source: string) {
    this.#tokens = lex(source);
  }

  peek(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  /** The token that was read last. */
  previous(): Token {
    return this.#tokens[this.#at - 1]!;
  }

  skipSpace(): void {
    while (this.peek().kind === 'space') this.#at += 1;
  }

  peekNonSpace(): Token {
    this.skipSpace();
    return this.peek();
  }

  nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }

  unexpected(token: Token, context: string): SourceError {
    const what =
      token.kind === 'end' ? 'unexpected EOF' : `unexpected ${JSON.stringify(token.text)}`;
    return new SourceError(`${what} in ${context}`, token.start);
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) throw this.unexpected(token, context);
    return token;
  }

  /** Reads ahead as far as it takes to tell; what turns out to be something else is unread. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const from = this.#at;
    const result = read();
    if (result === undefined) this.#at = from;
    return result;
  }

  /** Guards everything that nests, so that no text can exhaust the stack. */
  nested<T>(at: number, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      throw new SourceError(`nested deeper than ${maxDepth}`, at, 'split it with {{define}}');
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }
}
