import { escapeHtml } from './escape.ts';
import { type EvaluationOptions, Evaluator } from './evaluate.ts';
import { type Definition, ExecutionError, type Place } from './execution-error.ts';
import type { BranchNode, Node, PipeNode } from './nodes.ts';
import { type Limits, Scope } from './scope.ts';
import { printValue } from './sprint.ts';
import { goTypeOf, isTrue, kindOf, mapEntries, SafeText } from './values.ts';

export interface ExecutionOptions extends EvaluationOptions {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly autoescape: boolean;
  readonly limits: Limits;
}

/**
 * Runs the nodes of a template on data.
 * @throws ExecutionError
 */
export function execute(nodes: readonly Node[], data: unknown, options: ExecutionOptions): string {
  return new Executor(options).run(nodes, data);
}

type Flow = 'next' | 'break' | 'continue';

class Executor {
  readonly #options: ExecutionOptions;
  readonly #scope: Scope;
  readonly #evaluator: Evaluator;
  #out = '';

  constructor(options: ExecutionOptions) {
    this.#options = options;
    this.#scope = new Scope(options.limits, options.variables);
    this.#evaluator = new Evaluator(options, this.#scope, {
      missing: options.missingKey === 'zero' ? '' : undefined,
      executeTemplate: (name, data) => this.#capture(name, data),
    });
  }

  run(nodes: readonly Node[], data: unknown): string {
    this.#scope.call(data, { start: 0, end: 0 }, () => this.#walk(nodes, data));
    return this.#out;
  }

  #write(text: string, at: Place): void {
    this.#out += text;
    this.#scope.checkLength(this.#out, at);
  }

  #walk(nodes: readonly Node[], dot: unknown): Flow {
    for (const node of nodes) {
      this.#scope.step(node);
      switch (node.kind) {
        case 'text':
          this.#write(node.text, node);
          break;
        case 'action': {
          const value = this.#evaluator.pipeline(dot, node.pipe);
          if (node.pipe.variables.length === 0) this.#print(value, node);
          break;
        }
        case 'template':
          this.#callNamed(
            node.name,
            node.pipe === undefined ? undefined : this.#evaluator.pipeline(dot, node.pipe),
            node,
          );
          break;
        case 'break':
        case 'continue':
          return node.kind;
        default: {
          const flow = node.kind === 'range' ? this.#range(node, dot) : this.#branch(node, dot);
          if (flow !== 'next') return flow;
        }
      }
    }
    return 'next';
  }

  #print(value: unknown, at: Place): void {
    if (kindOf(value) === 'func') throw new ExecutionError(`can't print ${goTypeOf(value)}`, at);
    if (!this.#options.autoescape || value instanceof SafeText) {
      this.#write(printValue(value), at);
      return;
    }
    this.#write(kindOf(value) === 'nil' ? '' : escapeHtml(printValue(value)), at);
  }

  #branch(node: BranchNode, dot: unknown): Flow {
    const mark = this.#scope.mark();
    const value = this.#evaluator.pipeline(dot, node.pipe);
    let flow: Flow = 'next';
    if (isTrue(value)) flow = this.#walk(node.body, node.kind === 'with' ? value : dot);
    else if (node.otherwise !== undefined) flow = this.#walk(node.otherwise, dot);
    this.#scope.release(mark);
    return flow;
  }

  #range(node: BranchNode, dot: unknown): Flow {
    const mark = this.#scope.mark();
    const value = this.#evaluator.pipeline(dot, node.pipe, false);
    const loop = this.#scope.mark();
    if (kindOf(value) === 'int' && node.pipe.variables.length > 1) {
      throw new ExecutionError(
        `can't use ${printValue(value)} to iterate over more than one variable`,
        node.pipe,
        'an integer gives one value an item: {{range $i := 3}}',
      );
    }
    let visited = false;
    for (const [key, item] of this.#items(value, node)) {
      visited = true;
      this.#scope.step(node);
      this.#setRangeVariables(node.pipe, key, item, kindOf(value) === 'int');
      const flow = this.#walk(node.body, item);
      this.#scope.release(loop);
      if (flow === 'break') break;
    }
    let flow: Flow = 'next';
    if (!visited && node.otherwise !== undefined) flow = this.#walk(node.otherwise, dot);
    this.#scope.release(mark);
    return flow;
  }

  *#items(value: unknown, node: BranchNode): Generator<[unknown, unknown]> {
    switch (kindOf(value)) {
      case 'nil':
        return;
      case 'int':
        for (let i = 0n; i < (value as bigint); i += 1n) yield [i, i];
        return;
      case 'list':
        for (const [i, item] of (value as unknown[]).entries()) yield [BigInt(i), item];
        return;
      case 'map':
        yield* mapEntries(value as object);
        return;
      default:
        throw new ExecutionError(
          `range can't iterate over ${printValue(value)}`,
          node.pipe,
          `it is a ${goTypeOf(value)}; range takes lists, maps and integers`,
        );
    }
  }

  #setRangeVariables(pipe: PipeNode, key: unknown, item: unknown, isCount: boolean): void {
    const [first, second] = pipe.variables;
    if (first === undefined) return;
    if (second === undefined) this.#evaluator.setVariable(first, isCount ? key : item, pipe);
    else {
      this.#evaluator.setVariable(first, key, pipe);
      this.#evaluator.setVariable(second, item, pipe);
    }
  }

  #callNamed(name: string, data: unknown, at: Place): void {
    const source = this.#options.definitions.get(name);
    if (source === undefined) {
      const known = [...this.#options.definitions.keys()].join(', ');
      throw new ExecutionError(
        `template "${name}" not defined`,
        at,
        known === '' ? 'define it with {{define}}' : `defined are: ${known}`,
      );
    }
    this.#scope.call(data, at, () => {
      try {
        this.#walk(source.nodes, data);
      } catch (error) {
        if (error instanceof ExecutionError) error.definition ??= { name, source };
        throw error;
      }
    });
  }

  #capture(name: string, data: unknown): string {
    const before = this.#out;
    this.#out = '';
    this.#callNamed(name, data, { start: 0, end: 0 });
    const output = this.#out;
    this.#out = before;
    return output;
  }
}
