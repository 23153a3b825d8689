import { escapeHtml } from './escape.ts';
import { printValue } from './format-value.ts';
import { type CallContext, convertArgument, type Functions, wrongCount } from './functions.ts';
import type {
  BranchNode,
  ChainNode,
  CommandNode,
  FunctionNode,
  Node,
  Operand,
  PipeNode,
  TemplateNode,
} from './nodes.ts';
import { goTypeOf, isTrue, kindOf, mapEntries, methodOf, SafeText } from './values.ts';

/** How far a template may go before it is stopped. */
export interface Limits {
  /** Nodes visited, over all loops and calls. */
  readonly steps: number;
  /** Characters of output, and of any text on the way to it. */
  readonly output: number;
  /** Templates that call templates. */
  readonly depth: number;
}

/** A template's nodes, and the text they were read from. */
export interface Definition {
  readonly nodes: readonly Node[];
  /** Name of the template the text belongs to. */
  readonly file: string;
  readonly text: string;
}

export interface ExecutionOptions {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly functions: Functions;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly autoescape: boolean;
  readonly limits: Limits;
}

/** A failure at a place in the source; the caller knows the template's name and the line. */
export class ExecutionError extends Error {
  readonly start: number;
  readonly end: number;
  readonly hint: string | undefined;
  /** The definition it happened in, where that is not the template itself. */
  definition?: { readonly name: string; readonly source: Definition };

  constructor(message: string, at: { start: number; end: number }, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.start = at.start;
    this.end = at.end;
    this.hint = hint;
  }
}

/**
 * Runs the nodes of a template on data.
 * @throws ExecutionError
 */
export function execute(nodes: readonly Node[], data: unknown, options: ExecutionOptions): string {
  return new Executor(options).run(nodes, data);
}

type Flow = 'next' | 'break' | 'continue';

interface Variable {
  readonly name: string;
  value: unknown;
}

/** What stands before the first `|` of a pipeline. */
const nothing: unique symbol = Symbol('no value from the stage before');

class Executor {
  readonly #options: ExecutionOptions;
  readonly #context: CallContext;
  #out = '';
  #steps = 0;
  #depth = 0;
  #variables: Variable[] = [];

  constructor(options: ExecutionOptions) {
    this.#options = options;
    this.#context = {
      missing: options.missingKey === 'zero' ? '' : undefined,
      executeTemplate: (name, data) => this.#capture(name, data),
    };
  }

  run(nodes: readonly Node[], data: unknown): string {
    this.#variables = this.#freshVariables(data);
    this.#walk(nodes, data);
    return this.#out;
  }

  #freshVariables(data: unknown): Variable[] {
    const outer = Object.entries(this.#options.variables);
    return [
      { name: '$', value: data },
      ...outer.map(([name, value]) => ({ name: `$${name}`, value })),
    ];
  }

  #step(at: { start: number; end: number }): void {
    this.#steps += 1;
    if (this.#steps > this.#options.limits.steps) {
      const limit = this.#options.limits.steps;
      throw new ExecutionError(`exceeded limit of ${limit} steps`, at, 'range over fewer items');
    }
  }

  #write(text: string, at: { start: number; end: number }): void {
    this.#out += text;
    this.#checkLength(this.#out, at);
  }

  #checkLength(text: string, at: { start: number; end: number }): void {
    const limit = this.#options.limits.output;
    if (text.length > limit) {
      throw new ExecutionError(`exceeded limit of ${limit} characters`, at, 'print less');
    }
  }

  #walk(nodes: readonly Node[], dot: unknown): Flow {
    for (const node of nodes) {
      this.#step(node);
      switch (node.kind) {
        case 'text':
          this.#write(node.text, node);
          break;
        case 'action': {
          const value = this.#pipeline(dot, node.pipe);
          if (node.pipe.variables.length === 0) this.#print(value, node);
          break;
        }
        case 'template':
          this.#call(node, dot);
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

  #print(value: unknown, at: { start: number; end: number }): void {
    if (kindOf(value) === 'func') throw new ExecutionError(`can't print ${goTypeOf(value)}`, at);
    if (!this.#options.autoescape || value instanceof SafeText) {
      this.#write(printValue(value), at);
      return;
    }
    this.#write(kindOf(value) === 'nil' ? '' : escapeHtml(printValue(value)), at);
  }

  #branch(node: BranchNode, dot: unknown): Flow {
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, node.pipe);
    let flow: Flow = 'next';
    if (isTrue(value)) flow = this.#walk(node.body, node.kind === 'with' ? value : dot);
    else if (node.otherwise !== undefined) flow = this.#walk(node.otherwise, dot);
    this.#variables.length = mark;
    return flow;
  }

  #range(node: BranchNode, dot: unknown): Flow {
    const mark = this.#variables.length;
    const value = this.#pipeline(dot, node.pipe, false);
    const loop = this.#variables.length;
    let visited = false;
    for (const [key, item] of this.#items(value, node)) {
      visited = true;
      this.#step(node);
      this.#setRangeVariables(node.pipe, key, item, kindOf(value) === 'int');
      const flow = this.#walk(node.body, item);
      this.#variables.length = loop;
      if (flow === 'break') break;
    }
    let flow: Flow = 'next';
    if (!visited && node.otherwise !== undefined) flow = this.#walk(node.otherwise, dot);
    this.#variables.length = mark;
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
    if (second === undefined) this.#setVariable(first, isCount ? key : item, pipe);
    else {
      this.#setVariable(first, key, pipe);
      this.#setVariable(second, item, pipe);
    }
  }

  #setVariable(name: string, value: unknown, pipe: PipeNode): void {
    if (!pipe.assigns) {
      this.#variables.push({ name, value });
      return;
    }
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) throw new ExecutionError(`undefined variable: ${name}`, pipe);
    variable.value = value;
  }

  #call(node: TemplateNode, dot: unknown): void {
    const data = node.pipe === undefined ? undefined : this.#pipeline(dot, node.pipe);
    this.#callNamed(node.name, data, node);
  }

  #callNamed(name: string, data: unknown, at: { start: number; end: number }): void {
    const source = this.#options.definitions.get(name);
    if (source === undefined) {
      const known = [...this.#options.definitions.keys()].join(', ');
      throw new ExecutionError(
        `template "${name}" not defined`,
        at,
        known === '' ? 'define it with {{define}}' : `defined are: ${known}`,
      );
    }
    if (this.#depth >= this.#options.limits.depth) {
      throw new ExecutionError(
        `exceeded maximum template depth (${this.#options.limits.depth})`,
        at,
      );
    }
    const outer = this.#variables;
    this.#variables = this.#freshVariables(data);
    this.#depth += 1;
    try {
      this.#walk(source.nodes, data);
    } catch (error) {
      if (error instanceof ExecutionError) error.definition ??= { name, source };
      throw error;
    }
    this.#depth -= 1;
    this.#variables = outer;
  }

  #capture(name: string, data: unknown): string {
    const before = this.#out;
    this.#out = '';
    this.#callNamed(name, data, { start: 0, end: 0 });
    const output = this.#out;
    this.#out = before;
    return output;
  }

  /** The value of a pipeline. A range sets its variables itself, anew for each item. */
  #pipeline(dot: unknown, pipe: PipeNode, setsVariable = true): unknown {
    this.#step(pipe);
    let value: unknown = nothing;
    for (const command of pipe.commands) {
      value = this.#command(dot, command, value);
      if (typeof value === 'string') this.#checkLength(value, command);
    }
    const [name] = pipe.variables;
    if (name !== undefined && setsVariable) this.#setVariable(name, value, pipe);
    return value;
  }

  #command(dot: unknown, command: CommandNode, final: unknown): unknown {
    const first = command.args[0];
    switch (first.kind) {
      case 'field':
        return this.#fields(dot, first.names, command, dot, final, first);
      case 'chain':
        return this.#fields(this.#chained(first, dot), first.names, command, dot, final, first);
      case 'variable':
        if (first.names.length === 0) {
          this.#refuseArguments(command, final);
          return this.#variable(first.name, first);
        }
        return this.#fields(
          this.#variable(first.name, first),
          first.names,
          command,
          dot,
          final,
          first,
        );
      case 'function':
        return this.#function(first, command, dot, final);
      default:
        this.#refuseArguments(command, final);
        return this.#operand(first, dot);
    }
  }

  #refuseArguments(command: CommandNode, final: unknown): void {
    if (command.args.length === 1 && final === nothing) return;
    throw new ExecutionError(
      "can't give argument to non-function",
      command.args[0],
      'only functions and methods take arguments',
    );
  }

  #operand(operand: Operand, dot: unknown): unknown {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'constant':
        return operand.value;
      case 'pipe': {
        const mark = this.#variables.length;
        const value = this.#pipeline(dot, operand);
        this.#variables.length = mark;
        return value;
      }
      default:
        return this.#command(dot, { ...operand, kind: 'command', args: [operand] }, nothing);
    }
  }

  #variable(name: string, at: { start: number; end: number }): unknown {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) throw new ExecutionError(`undefined variable: ${name}`, at);
    return variable.value;
  }

  #chained(node: ChainNode, dot: unknown): unknown {
    if (node.operand.kind === 'constant' && node.operand.value === null) {
      throw new ExecutionError('indirection through explicit nil', node);
    }
    return this.#operand(node.operand, dot);
  }

  #fields(
    from: unknown,
    names: readonly string[],
    command: CommandNode,
    dot: unknown,
    final: unknown,
    at: { start: number; end: number },
  ): unknown {
    let value = from;
    for (const [index, name] of names.entries()) {
      this.#step(at);
      const isLast = index === names.length - 1;
      const method = methodOf(value, name);
      const hasArguments = isLast && (command.args.length > 1 || final !== nothing);
      if (method !== undefined) {
        const args = isLast ? this.#arguments(command, dot, final) : [];
        value = this.#guard(name, command, () => method(...args));
        continue;
      }
      if (hasArguments) {
        throw new ExecutionError(`${name} has arguments but cannot be invoked as function`, at);
      }
      value = this.#field(value, name, at);
    }
    return value;
  }

  #field(value: unknown, name: string, at: { start: number; end: number }): unknown {
    const kind = kindOf(value);
    if (kind === 'nil') {
      if (this.#options.missingKey !== 'error') return undefined;
      throw new ExecutionError(`nil data; no entry for key "${name}"`, at);
    }
    if (kind === 'map') {
      const map = value as object;
      if (map instanceof Map ? map.has(name) : Object.hasOwn(map, name)) {
        return map instanceof Map ? map.get(name) : (map as Record<string, unknown>)[name];
      }
      if (this.#options.missingKey !== 'error') return this.#context.missing;
      throw new ExecutionError(`map has no entry for key "${name}"`, at);
    }
    if (kind === 'struct' && Object.hasOwn(value as object, name)) {
      return (value as Record<string, unknown>)[name];
    }
    const known = kind === 'struct' ? Object.keys(value as object) : [];
    throw new ExecutionError(
      `can't evaluate field ${name} in type ${goTypeOf(value)}`,
      at,
      known.length > 0 ? `it has: ${known.join(', ')}` : undefined,
    );
  }

  #arguments(command: CommandNode, dot: unknown, final: unknown): unknown[] {
    const args = command.args.slice(1).map((operand) => this.#operand(operand, dot));
    if (final !== nothing) args.push(final);
    return args;
  }

  #function(node: FunctionNode, command: CommandNode, dot: unknown, final: unknown): unknown {
    this.#step(command);
    if (node.name === 'and' || node.name === 'or')
      return this.#shortCircuit(node, command, dot, final);
    const fn = Object.hasOwn(this.#options.functions, node.name)
      ? this.#options.functions[node.name]
      : undefined;
    if (fn === undefined)
      throw new ExecutionError(`"${node.name}" is not a defined function`, node);
    const count = command.args.length - 1 + (final === nothing ? 0 : 1);
    const problem = wrongCount(node.name, fn, count);
    if (problem !== undefined) throw new ExecutionError(problem, node);
    const args = this.#arguments(command, dot, final).map((value, index) => {
      const converted = convertArgument(fn, index, value);
      if ('value' in converted) return converted.value;
      throw new ExecutionError(converted.problem, command.args[index + 1] ?? command);
    });
    return this.#guard(node.name, command, () => fn.call(args as never, this.#context));
  }

  /** The first argument that decides, or the last; what stands after it is not evaluated. */
  #shortCircuit(node: FunctionNode, command: CommandNode, dot: unknown, final: unknown): unknown {
    const operands = command.args.slice(1);
    if (operands.length === 0 && final === nothing) {
      throw new ExecutionError(
        `wrong number of args for ${node.name}: want at least 1 got 0`,
        node,
      );
    }
    let value: unknown = final;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (node.name === 'or')) return value;
    }
    return final === nothing ? value : final;
  }

  #guard(name: string, command: CommandNode, call: () => unknown): unknown {
    try {
      return call();
    } catch (error) {
      if (error instanceof ExecutionError) throw error;
      if (!(error instanceof Error)) throw error;
      const hint = typeof error.cause === 'string' ? error.cause : undefined;
      throw new ExecutionError(`error calling ${name}: ${error.message}`, command, hint, error);
    }
  }
}
