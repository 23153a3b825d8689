import { parseChar, parseNumber, unquote } from './constants.ts';
import { lex, SourceError, type Token, type TokenKind } from './lex.ts';
import type { BranchNode, CommandNode, Node, Operand, PipeNode } from './nodes.ts';

/** What a template file holds: its own body, and the templates it defines. */
export interface ParsedTemplate {
  readonly body: readonly Node[];
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}

interface Scope {
  /** Is there a function of this name? */
  readonly hasFunction: (name: string) => boolean;
  /** Variables known from outside, with their `$`. */
  readonly variables: readonly string[];
}

/** Deep enough for any template a person writes, and far from the end of the stack. */
const maxDepth = 200;

/**
 * Parses the source of a template by the grammar of Go's text/template.
 * @throws SourceError at the first thing that is not grammar
 */
export function parse(source: string, scope: Scope): ParsedTemplate {
  return new Parser(source, scope).parse();
}

type Ending = 'end' | 'else' | 'eof';

class Parser {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  readonly #definitions = new Map<string, readonly Node[]>();
  #at = 0;
  #depth = 0;
  #loops = 0;
  #variables: string[];

  constructor(source: string, scope: Scope) {
    this.#tokens = lex(source);
    this.#scope = scope;
    this.#variables = ['$', ...scope.variables];
  }

  parse(): ParsedTemplate {
    const { nodes } = this.#list(['eof']);
    return { body: nodes, definitions: this.#definitions };
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #skipSpace(): void {
    while (this.#peek().kind === 'space') this.#at += 1;
  }

  #peekNonSpace(): Token {
    this.#skipSpace();
    return this.#peek();
  }

  #nextNonSpace(): Token {
    this.#skipSpace();
    return this.#next();
  }

  #unexpected(token: Token, context: string): SourceError {
    const what =
      token.kind === 'end' ? 'unexpected EOF' : `unexpected ${JSON.stringify(token.text)}`;
    return new SourceError(`${what} in ${context}`, token.start);
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) throw this.#unexpected(token, context);
    return token;
  }

  /** Guards everything that nests, so that no text can exhaust the stack. */
  #nested<T>(at: number, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      throw new SourceError(`nested deeper than ${maxDepth}`, at, 'split it with {{define}}');
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Nodes up to one of the endings; the ending's action is read up to its keyword. */
  #list(
    endings: readonly Ending[],
    opened?: { keyword: string; start: number },
  ): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'end') {
        if (endings.includes('eof')) return { nodes, ending: 'eof' };
        throw new SourceError(
          'unexpected EOF',
          opened?.start ?? token.start,
          `close this {{${opened?.keyword}}} with {{end}}`,
        );
      }
      if (token.kind === 'text') {
        nodes.push({
          kind: 'text',
          text: token.text,
          start: token.start,
          end: token.start + token.text.length,
        });
        continue;
      }
      const first = this.#peekNonSpace();
      if (first.kind === 'keyword' && (first.text === 'end' || first.text === 'else')) {
        this.#next();
        if (!endings.includes(first.text)) {
          throw new SourceError(
            `unexpected {{${first.text}}}`,
            token.start,
            'there is no open {{if}}, {{range}} or {{with}} it could belong to',
          );
        }
        return { nodes, ending: first.text };
      }
      const node = this.#action(token);
      if (node !== undefined) nodes.push(node);
    }
  }

  #action(delimiter: Token): Node | undefined {
    const token = this.#peekNonSpace();
    if (token.kind !== 'keyword') {
      const mark = this.#variables.length;
      const pipe = this.#pipeline('command', 'right-delimiter');
      // A variable of an action lives on to the end of its list, unlike those of a branch.
      if (pipe.variables.length === 0) this.#variables.length = mark;
      return { kind: 'action', pipe, start: pipe.start, end: pipe.end };
    }
    this.#next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#nested(token.start, () =>
          this.#branch(token.text as BranchNode['kind'], delimiter),
        );
      case 'break':
      case 'continue': {
        const keyword = token.text;
        if (this.#loops === 0)
          throw new SourceError(`{{${keyword}}} outside {{range}}`, delimiter.start);
        const close = this.#expect('right-delimiter', `{{${keyword}}}`);
        return { kind: keyword, start: token.start, end: close.start };
      }
      case 'template':
        return this.#templateCall(delimiter);
      case 'define':
        this.#nested(token.start, () => this.#define(token));
        return undefined;
      case 'block':
        return this.#nested(token.start, () => this.#block(token));
      default:
        throw this.#unexpected(token, 'command');
    }
  }

  #branch(kind: BranchNode['kind'], opened: Token): BranchNode {
    const mark = this.#variables.length;
    const pipe = this.#pipeline(kind, 'right-delimiter');
    const openedAs = { keyword: kind, start: opened.start };
    if (kind === 'range') this.#loops += 1;
    const { nodes: body, ending } = this.#list(['end', 'else'], openedAs);
    if (kind === 'range') this.#loops -= 1;

    let otherwise: Node[] | undefined;
    if (ending === 'else') {
      const next = this.#peekNonSpace();
      const chained = next.kind === 'keyword' && next.text === kind && kind !== 'range';
      if (chained) {
        this.#next();
        otherwise = [this.#nested(next.start, () => this.#branch(kind, next))];
      } else {
        this.#expect('right-delimiter', 'else');
        otherwise = this.#list(['end'], openedAs).nodes;
      }
      if (chained) {
        this.#variables.length = mark;
        return { kind, pipe, body, otherwise, start: pipe.start, end: pipe.end };
      }
    }
    this.#expect('right-delimiter', 'end');
    this.#variables.length = mark;
    return { kind, pipe, body, otherwise, start: pipe.start, end: pipe.end };
  }

  #templateName(context: string): { name: string; token: Token } {
    const token = this.#nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'raw-string')
      throw this.#unexpected(token, context);
    return { name: this.#text(token), token };
  }

  #templateCall(opened: Token): Node {
    const { name } = this.#templateName('template clause');
    const isBare = this.#peekNonSpace().kind === 'right-delimiter';
    const pipe = isBare ? undefined : this.#pipeline('template clause', 'right-delimiter');
    if (isBare) this.#next();
    const closed = this.#tokens[this.#at - 1]!;
    return { kind: 'template', name, pipe, start: opened.start, end: closed.start + 2 };
  }

  /** A definition sees no variables but `$` and those from outside. */
  #definition(name: string, opened: { keyword: string; start: number }): void {
    const [variables, loops] = [this.#variables, this.#loops];
    this.#variables = ['$', ...this.#scope.variables];
    this.#loops = 0;
    const { nodes } = this.#list(['end'], opened);
    this.#expect('right-delimiter', `end of ${opened.keyword}`);
    this.#variables = variables;
    this.#loops = loops;
    const isEmpty = nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
    if (!isEmpty || !this.#definitions.has(name)) this.#definitions.set(name, nodes);
  }

  #define(keyword: Token): void {
    const { name } = this.#templateName('define clause');
    this.#expect('right-delimiter', 'define clause');
    this.#definition(name, { keyword: 'define', start: keyword.start });
  }

  #block(keyword: Token): Node {
    const { name, token } = this.#templateName('block clause');
    const pipe = this.#pipeline('block clause', 'right-delimiter');
    this.#definition(name, { keyword: 'block', start: keyword.start });
    return { kind: 'template', name, pipe, start: token.start, end: pipe.end };
  }

  #pipeline(context: string, close: 'right-delimiter' | 'right-paren'): PipeNode {
    const start = this.#peekNonSpace().start;
    const { variables, assigns } = this.#declaration(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.kind === close) {
        const last = commands.at(-1);
        if (last === undefined) {
          throw new SourceError(
            `missing value for ${context}`,
            token.start,
            'write a field, a variable or a function call',
          );
        }
        this.#next();
        this.#checkStages(commands);
        if (!assigns) this.#variables.push(...variables);
        return { kind: 'pipe', variables, assigns, commands, start, end: last.end };
      }
      commands.push(this.#command(context));
    }
  }

  /** `$x :=`, `$x =`, and in a range also `$i, $x :=`. */
  #declaration(context: string): { variables: string[]; assigns: boolean } {
    const variables: string[] = [];
    const from = this.#at;
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.kind !== 'variable') break;
      this.#next();
      const after = this.#peekNonSpace();
      if (after.kind === 'declare' || after.kind === 'assign') {
        this.#next();
        variables.push(token.text);
        const assigns = after.kind === 'assign';
        if (assigns) for (const name of variables) this.#requireVariable(name, token.start);
        return { variables, assigns };
      }
      if (after.kind !== 'comma') break;
      if (context !== 'range' || variables.length === 1) {
        throw new SourceError(
          `too many declarations in ${context}`,
          token.start,
          'only range sets two variables',
        );
      }
      this.#next();
      variables.push(token.text);
    }
    this.#at = from;
    return { variables: [], assigns: false };
  }

  #checkStages(commands: readonly CommandNode[]): void {
    for (const [index, command] of commands.entries()) {
      const first = command.args[0];
      if (index > 0 && (first.kind === 'constant' || first.kind === 'dot')) {
        throw new SourceError(
          `non executable command in pipeline stage ${index + 1}`,
          first.start,
          'after a | stands a function that takes the value',
        );
      }
    }
  }

  #command(context: string): CommandNode {
    const args: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.#peek();
      if (token.kind === 'space') {
        this.#skipSpace();
        if (operand !== undefined) continue;
      }
      if (token.kind === 'pipe') {
        this.#next();
        const after = this.#peekNonSpace();
        if (
          after.kind === 'right-delimiter' ||
          after.kind === 'right-paren' ||
          after.kind === 'pipe'
        ) {
          throw new SourceError(
            `missing value for ${context}`,
            after.start,
            'after a | stands a function',
          );
        }
        break;
      }
      if (token.kind === 'right-delimiter' || token.kind === 'right-paren') break;
      if (token.kind === 'space') break;
      throw this.#unexpected(token, 'operand');
    }
    const first = args[0];
    if (first === undefined) throw new SourceError('empty command', this.#peek().start);
    if (first.kind === 'constant' && first.value === null && args.length === 1) {
      throw new SourceError('nil is not a command', first.start);
    }
    return {
      kind: 'command',
      args: [first, ...args.slice(1)],
      start: first.start,
      end: args.at(-1)!.end,
    };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined) return undefined;
    const names: string[] = [];
    let end = term.end;
    while (this.#peek().kind === 'field') {
      const token = this.#next();
      names.push(token.text.slice(1));
      end = token.start + token.text.length;
    }
    if (names.length === 0) return term;
    if (term.kind === 'field') return { ...term, names: [...term.names, ...names], end };
    if (term.kind === 'variable') return { ...term, names, end };
    if (term.kind === 'constant' || term.kind === 'dot') {
      throw new SourceError(`unexpected <.${names[0]}> after term`, term.start);
    }
    return { kind: 'chain', operand: term, names, start: term.start, end };
  }

  #term(): Operand | undefined {
    const token = this.#peek();
    const span = { start: token.start, end: token.start + token.text.length };
    switch (token.kind) {
      case 'identifier':
        this.#next();
        if (!this.#scope.hasFunction(token.text)) {
          throw new SourceError(
            `function "${token.text}" not defined`,
            token.start,
            `a field is written .${token.text}, a variable $${token.text}`,
          );
        }
        return { kind: 'function', name: token.text, ...span };
      case 'dot':
        this.#next();
        return { kind: 'dot', ...span };
      case 'nil':
        this.#next();
        return { kind: 'constant', value: null, ...span };
      case 'bool':
        this.#next();
        return { kind: 'constant', value: token.text === 'true', ...span };
      case 'number':
        this.#next();
        return { kind: 'constant', value: parseNumber(token.text, token.start), ...span };
      case 'char':
        this.#next();
        return { kind: 'constant', value: parseChar(token.text, token.start), ...span };
      case 'string':
      case 'raw-string':
        this.#next();
        return { kind: 'constant', value: this.#text(token), ...span };
      case 'field':
        this.#next();
        return { kind: 'field', names: [token.text.slice(1)], ...span };
      case 'variable':
        this.#next();
        this.#requireVariable(token.text, token.start);
        return { kind: 'variable', name: token.text, names: [], ...span };
      case 'left-paren':
        this.#next();
        return this.#nested(token.start, () => {
          const pipe = this.#pipeline('parenthesized pipeline', 'right-paren');
          return { ...pipe, start: token.start, end: pipe.end + 1 };
        });
      default:
        return undefined;
    }
  }

  #text(token: Token): string {
    return token.kind === 'raw-string' ? token.text.slice(1, -1) : unquote(token.text, token.start);
  }

  #requireVariable(name: string, start: number): void {
    if (this.#variables.includes(name)) return;
    const known = this.#variables.filter((variable) => variable !== '$');
    const hint = known.length > 0 ? `known here: ${known.join(', ')}` : 'declare it with :=';
    throw new SourceError(`undefined variable "${name}"`, start, hint);
  }
}
