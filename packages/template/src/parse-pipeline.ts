import { parseChar, parseNumber, parseString } from './constants.ts';
import { SourceError } from './lex.ts';
import type { CommandNode, Operand, PipeNode } from './nodes.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What a template can name without declaring it. */
export interface KnownNames {
  /** Is there a function of this name? */
  readonly hasFunction: (name: string) => boolean;
  /** Variables known from outside, with their `$`. */
  readonly variables: readonly string[];
}

interface Declaration {
  readonly variables: readonly string[];
  /** `=` into variables that exist, not `:=`. */
  readonly assigns: boolean;
}

const noDeclaration: Declaration = { variables: [], assigns: false };

/**
 * Parses what stands inside the delimiters: declarations, commands and their operands.
 * Keeps which variables are in sight, because the grammar forbids those that are not.
 */
export class PipelineParser {
  readonly #cursor: TokenCursor;
  readonly #known: KnownNames;
  #variables: string[];

  constructor(cursor: TokenCursor, known: KnownNames) {
    this.#cursor = cursor;
    this.#known = known;
    this.#variables = ['$', ...known.variables];
  }

  /** Variables declared while this reads are out of sight after it. */
  scoped<T>(read: () => T): T {
    const mark = this.#variables.length;
    const result = read();
    this.#variables.length = mark;
    return result;
  }

  /** A definition sees no variables but `$` and those from outside. */
  isolated<T>(read: () => T): T {
    const variables = this.#variables;
    this.#variables = ['$', ...this.#known.variables];
    const result = read();
    this.#variables = variables;
    return result;
  }

  /** The pipeline of an action that has no keyword. */
  action(): PipeNode {
    const mark = this.#variables.length;
    const pipe = this.pipeline('command', 'right-delimiter');
    // A variable of an action lives on to the end of its list, unlike those of a branch.
    if (pipe.variables.length === 0) this.#variables.length = mark;
    return pipe;
  }

  /** A pipeline and what closes it; `context` is what errors say it belongs to. */
  pipeline(context: string, close: 'right-delimiter' | 'right-paren'): PipeNode {
    const start = this.#cursor.peekNonSpace().start;
    const { variables, assigns } =
      this.#cursor.attempt(() => this.#declaration(context)) ?? noDeclaration;
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#cursor.peekNonSpace();
      if (token.kind === close) {
        const last = commands.at(-1);
        if (last === undefined) {
          throw new SourceError(
            `missing value for ${context}`,
            token.start,
            'write a field, a variable or a function call',
          );
        }
        this.#cursor.next();
        this.#checkStages(commands);
        if (!assigns) this.#variables.push(...variables);
        return { kind: 'pipe', variables, assigns, commands, start, end: last.end };
      }
      commands.push(this.#command(context));
    }
  }

  /** `$x :=`, `$x =`, and in a range also `$i, $x :=`. */
  #declaration(context: string): Declaration | undefined {
    const variables: string[] = [];
    for (;;) {
      const token = this.#cursor.peekNonSpace();
      if (token.kind !== 'variable') return undefined;
      this.#cursor.next();
      const after = this.#cursor.peekNonSpace();
      if (after.kind === 'declare' || after.kind === 'assign') {
        this.#cursor.next();
        variables.push(token.text);
        const assigns = after.kind === 'assign';
        if (assigns) for (const name of variables) this.#requireVariable(name, token.start);
        return { variables, assigns };
      }
      if (after.kind !== 'comma') return undefined;
      if (context !== 'range' || variables.length === 1) {
        throw new SourceError(
          `too many declarations in ${context}`,
          token.start,
          'only range sets two variables',
        );
      }
      this.#cursor.next();
      variables.push(token.text);
    }
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
      const token = this.#cursor.peek();
      if (token.kind === 'space') {
        this.#cursor.skipSpace();
        if (operand !== undefined) continue;
      }
      if (token.kind === 'pipe') {
        this.#cursor.next();
        const after = this.#cursor.peekNonSpace();
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
      throw this.#cursor.unexpected(token, 'operand');
    }
    const first = args[0];
    if (first === undefined) throw new SourceError('empty command', this.#cursor.peek().start);
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
    while (this.#cursor.peek().kind === 'field') {
      const token = this.#cursor.next();
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
    const token = this.#cursor.peek();
    const span = { start: token.start, end: token.start + token.text.length };
    switch (token.kind) {
      case 'identifier':
        this.#cursor.next();
        if (!this.#known.hasFunction(token.text)) {
          throw new SourceError(
            `function "${token.text}" not defined`,
            token.start,
            `a field is written .${token.text}, a variable $${token.text}`,
          );
        }
        return { kind: 'function', name: token.text, ...span };
      case 'dot':
        this.#cursor.next();
        return { kind: 'dot', ...span };
      case 'nil':
        this.#cursor.next();
        return { kind: 'constant', value: null, ...span };
      case 'bool':
        this.#cursor.next();
        return { kind: 'constant', value: token.text === 'true', ...span };
      case 'number':
        this.#cursor.next();
        return { kind: 'constant', value: parseNumber(token.text, token.start), ...span };
      case 'char':
        this.#cursor.next();
        return { kind: 'constant', value: parseChar(token.text, token.start), ...span };
      case 'string':
      case 'raw-string':
        this.#cursor.next();
        return { kind: 'constant', value: parseString(token.text, token.start), ...span };
      case 'field':
        this.#cursor.next();
        return { kind: 'field', names: [token.text.slice(1)], ...span };
      case 'variable':
        this.#cursor.next();
        this.#requireVariable(token.text, token.start);
        return { kind: 'variable', name: token.text, names: [], ...span };
      case 'left-paren':
        this.#cursor.next();
        return this.#cursor.nested(token.start, () => {
          const pipe = this.pipeline('parenthesized pipeline', 'right-paren');
          return { ...pipe, start: token.start, end: pipe.end + 1 };
        });
      default:
        return undefined;
    }
  }

  #requireVariable(name: string, start: number): void {
    if (this.#variables.includes(name)) return;
    const known = this.#variables.filter((variable) => variable !== '$');
    const hint = known.length > 0 ? `known here: ${known.join(', ')}` : 'declare it with :=';
    throw new SourceError(`undefined variable "${name}"`, start, hint);
  }
}
