import { ExecutionError, type Place } from './execution-error.ts';
import { type CallContext, convertArgument, type Functions, wrongCount } from './functions.ts';
import type { ChainNode, CommandNode, FunctionNode, Operand, PipeNode } from './nodes.ts';
import { quote } from './quote.ts';
import type { Scope } from './scope.ts';
import { goTypeOf, isTrue, kindOf, methodOf } from './values.ts';

export interface EvaluationOptions {
  /** The first that has a name is the one that is called. */
  readonly functions: readonly Functions[];
  readonly missingKey: 'default' | 'zero' | 'error';
}

/** What stands before the first `|` of a pipeline. */
const nothing: unique symbol = Symbol('no value from the stage before');

/** Gives pipelines their values. */
export class Evaluator {
  readonly #options: EvaluationOptions;
  readonly #scope: Scope;
  readonly #context: CallContext;

  constructor(options: EvaluationOptions, scope: Scope, context: CallContext) {
    this.#options = options;
    this.#scope = scope;
    this.#context = context;
  }

  /** The value of a pipeline. A range sets its variables itself, anew for each item. */
  pipeline(dot: unknown, pipe: PipeNode, setsVariable = true): unknown {
    this.#scope.step(pipe);
    let value: unknown = nothing;
    for (const command of pipe.commands) {
      value = this.#command(dot, command, value);
      if (typeof value === 'string') this.#scope.checkLength(value, command);
    }
    const [name] = pipe.variables;
    if (name !== undefined && setsVariable) this.setVariable(name, value, pipe);
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
          return this.#scope.lookUp(first.name, first);
        }
        return this.#fields(
          this.#scope.lookUp(first.name, first),
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
      `can't give argument to non-function ${describe(command.args[0])}`,
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
        const mark = this.#scope.mark();
        const value = this.pipeline(dot, operand);
        this.#scope.release(mark);
        return value;
      }
      default:
        return this.#command(dot, { ...operand, kind: 'command', args: [operand] }, nothing);
    }
  }

  /** Declares a variable, or sets one that is there, as the pipeline says. */
  setVariable(name: string, value: unknown, pipe: PipeNode): void {
    if (pipe.assigns) this.#scope.assign(name, value, pipe);
    else this.#scope.declare(name, value);
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
    at: Place,
  ): unknown {
    let value = from;
    for (const [index, name] of names.entries()) {
      this.#scope.step(at);
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

  #field(value: unknown, name: string, at: Place): unknown {
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
      if (this.#options.missingKey !== 'error') {
        return map instanceof Map ? undefined : this.#context.missing;
      }
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
    this.#scope.step(command);
    if (node.name === 'and' || node.name === 'or')
      return this.#shortCircuit(node, command, dot, final);
    const fn = this.#options.functions.find((table) => Object.hasOwn(table, node.name))?.[
      node.name
    ];
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

/** A term as Go names it in messages. */
function describe(operand: Operand): string {
  if (operand.kind === 'variable') return operand.name;
  if (operand.kind !== 'constant') return operand.kind === 'dot' ? '.' : operand.kind;
  return typeof operand.value === 'string' ? quote(operand.value) : String(operand.value ?? 'nil');
}
