import { parseString } from './constants.ts';
import { SourceError, type Token } from './lex.ts';
import type { BranchNode, Node } from './nodes.ts';
import { type KnownNames, PipelineParser } from './parse-pipeline.ts';
import { TokenCursor } from './token-cursor.ts';

/** What a template file holds: its own body, and the templates it defines. */
export interface ParsedTemplate {
  readonly body: readonly Node[];
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}

/**
 * Parses the source of a template by the grammar of Go's text/template.
 * @throws SourceError at the first thing that is not grammar
 */
export function parse(source: string, known: KnownNames): ParsedTemplate {
  return new Parser(source, known).parse();
}

type Ending = 'end' | 'else' | 'eof';

/** Parses texts and actions, and sees that what opens is closed. */
class Parser {
  readonly #cursor: TokenCursor;
  readonly #pipelines: PipelineParser;
  readonly #definitions = new Map<string, readonly Node[]>();
  #loops = 0;

  constructor(source: string, known: KnownNames) {
    this.#cursor = new TokenCursor(source);
    this.#pipelines = new PipelineParser(this.#cursor, known);
  }

  parse(): ParsedTemplate {
    const { nodes } = this.#list(['eof']);
    return { body: nodes, definitions: this.#definitions };
  }

  /** Nodes up to one of the endings; the ending's action is read up to its keyword. */
  #list(
    endings: readonly Ending[],
    opened?: { keyword: string; start: number },
  ): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#cursor.next();
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
      const first = this.#cursor.peekNonSpace();
      if (first.kind === 'keyword' && (first.text === 'end' || first.text === 'else')) {
        this.#cursor.next();
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
    const token = this.#cursor.peekNonSpace();
    if (token.kind !== 'keyword') {
      const pipe = this.#pipelines.action();
      return { kind: 'action', pipe, start: pipe.start, end: pipe.end };
    }
    this.#cursor.next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#cursor.nested(token.start, () =>
          this.#pipelines.scoped(() => this.#branch(token.text as BranchNode['kind'], delimiter)),
        );
      case 'break':
      case 'continue': {
        const keyword = token.text;
        if (this.#loops === 0)
          throw new SourceError(`{{${keyword}}} outside {{range}}`, delimiter.start);
        const close = this.#cursor.expect('right-delimiter', `{{${keyword}}}`);
        return { kind: keyword, start: token.start, end: close.start };
      }
      case 'template':
        return this.#templateCall(delimiter);
      case 'define':
        this.#cursor.nested(token.start, () => this.#define(token));
        return undefined;
      case 'block':
        return this.#cursor.nested(token.start, () => this.#block(token));
      default:
        throw this.#cursor.unexpected(token, 'command');
    }
  }

  #branch(kind: BranchNode['kind'], opened: Token): BranchNode {
    const pipe = this.#pipelines.pipeline(kind, 'right-delimiter');
    const openedAs = { keyword: kind, start: opened.start };
    if (kind === 'range') this.#loops += 1;
    const { nodes: body, ending } = this.#list(['end', 'else'], openedAs);
    if (kind === 'range') this.#loops -= 1;

    let otherwise: Node[] | undefined;
    if (ending === 'else') {
      const next = this.#cursor.peekNonSpace();
      if (next.kind === 'keyword' && next.text === kind && kind !== 'range') {
        this.#cursor.next();
        // One {{end}} closes the whole chain, and the branch that ends it reads it.
        otherwise = [
          this.#cursor.nested(next.start, () =>
            this.#pipelines.scoped(() => this.#branch(kind, next)),
          ),
        ];
        return { kind, pipe, body, otherwise, start: pipe.start, end: pipe.end };
      }
      this.#cursor.expect('right-delimiter', 'else');
      otherwise = this.#list(['end'], openedAs).nodes;
    }
    this.#cursor.expect('right-delimiter', 'end');
    return { kind, pipe, body, otherwise, start: pipe.start, end: pipe.end };
  }

  #templateName(context: string): { name: string; token: Token } {
    const token = this.#cursor.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'raw-string')
      throw this.#cursor.unexpected(token, context);
    return { name: parseString(token.text, token.start), token };
  }

  #templateCall(opened: Token): Node {
    const { name } = this.#templateName('template clause');
    const isBare = this.#cursor.peekNonSpace().kind === 'right-delimiter';
    const pipe = isBare
      ? undefined
      : this.#pipelines.pipeline('template clause', 'right-delimiter');
    if (isBare) this.#cursor.next();
    const closed = this.#cursor.previous();
    return { kind: 'template', name, pipe, start: opened.start, end: closed.start + 2 };
  }

  #definition(name: string, opened: { keyword: string; start: number }): void {
    const loops = this.#loops;
    this.#loops = 0;
    const { nodes } = this.#pipelines.isolated(() => this.#list(['end'], opened));
    this.#cursor.expect('right-delimiter', `end of ${opened.keyword}`);
    this.#loops = loops;
    const isEmpty = nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
    if (!isEmpty || !this.#definitions.has(name)) this.#definitions.set(name, nodes);
  }

  #define(keyword: Token): void {
    const { name } = this.#templateName('define clause');
    this.#cursor.expect('right-delimiter', 'define clause');
    this.#definition(name, { keyword: 'define', start: keyword.start });
  }

  #block(keyword: Token): Node {
    const { name, token } = this.#templateName('block clause');
    const pipe = this.#pipelines.pipeline('block clause', 'right-delimiter');
    this.#definition(name, { keyword: 'block', start: keyword.start });
    return { kind: 'template', name, pipe, start: token.start, end: pipe.end };
  }
}
