import type { Problem } from '../error.ts';
import type { Span } from './ast.ts';
import type { ExpressionLimits } from './expression-limits.ts';
import { Lexer } from './lexer.ts';
import { describe, type Token } from './token.ts';

/** Thrown to leave the parser at a syntax error, after which nothing more can be read. */
export class SyntaxProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** One token of look-ahead over the lexer, the list of problems, and what the expression takes of its limits. */
export class Cursor {
  readonly problems: Problem[] = [];
  token: Token;
  /** Where the token before the current one ended. */
  previousEnd = 0;
  readonly #lexer: Lexer;
  #depth = 0;
  #operands = 0;

  constructor(
    text: string,
    readonly limits: ExpressionLimits,
  ) {
    this.#lexer = new Lexer(text);
    this.token = this.#lexer.next();
  }

  advance(): Token {
    const taken = this.token;
    this.previousEnd = taken.end;
    this.token = this.#lexer.next();
    return taken;
  }

  /** Like {@link advance}, but the token that follows is read by the rules inside of braces. */
  advanceInBraces(): Token {
    const taken = this.token;
    this.previousEnd = taken.end;
    this.token = this.#lexer.label();
    return taken;
  }

  get atEnd(): boolean {
    return this.token.type === 'eof';
  }

  is(word: string): boolean {
    const { type } = this.token;
    return type !== 'string' && this.token.word === word;
  }

  /** Whether the token after the current one is `word`. */
  isNext(word: string): boolean {
    const current = this.token;
    const { previousEnd } = this;
    const next = this.advance() && this.token;
    this.#lexer.rewind(current);
    this.token = this.#lexer.next();
    this.previousEnd = previousEnd;
    return next.type !== 'string' && next.word === word;
  }

  take(word: string): boolean {
    if (!this.is(word)) return false;
    this.advance();
    return true;
  }

  expect(word: string, context: string, expected = `"${word}"`): Token {
    if (!this.is(word)) this.fail(context, expected);
    return this.advance();
  }

  /** Gives up at the current token: `unexpected … in context, expected …`. */
  fail(context: string, expected = ''): never {
    const where = context === '' ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    throw new SyntaxProblem({
      message: `unexpected ${describe(this.token)}${where}${wanted}`,
      start: this.token.start,
      end: this.token.end,
    });
  }

  /** Notes a problem and goes on. */
  report(span: Span, message: string): void {
    this.problems.push({ message, start: span.start, end: span.end });
  }

  /** Runs `read` one level deeper; too deep is a problem, so that no query can exhaust the stack. */
  nested<T>(read: () => T): T {
    this.levels(++this.#depth);
    const result = read();
    this.#depth--;
    return result;
  }

  /** Counts how deep a part is nested whose levels stand in a row, like `[5m:][5m:]`. */
  levels(count: number): void {
    const { depth } = this.limits;
    if (count > depth) this.#refuse(`expression is nested more than ${depth} levels deep`);
  }

  /** Counts one more operand of the expression. */
  operand(): void {
    const { operands } = this.limits;
    if (++this.#operands > operands) this.#refuse(`expression has more than ${operands} operands`);
  }

  /** Counts the entries of a list of labels or matchers. */
  listed(count: number, what: string): void {
    const { labels } = this.limits;
    if (count > labels) this.#refuse(`list has more than ${labels} ${what}`);
  }

  #refuse(message: string): never {
    const { start, end } = this.token;
    throw new SyntaxProblem({ message, start, end });
  }
}
