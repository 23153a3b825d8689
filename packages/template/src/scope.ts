import { ExecutionError, type Place } from './execution-error.ts';

/** How far a template may go before it is stopped. */
export interface Limits {
  /** Nodes visited, over all loops and calls. */
  readonly steps: number;
  /** Characters of output, and of any text on the way to it. */
  readonly output: number;
  /** Templates that call templates. */
  readonly depth: number;
}

interface Variable {
  readonly name: string;
  value: unknown;
}

/** The variables of a running template, and how much it has used up. */
export class Scope {
  readonly limits: Limits;
  readonly #outer: readonly (readonly [string, unknown])[];
  #variables: Variable[] = [];
  #steps = 0;
  #depth = 0;

  constructor(limits: Limits, outer: Readonly<Record<string, unknown>>) {
    this.limits = limits;
    this.#outer = Object.entries(outer).map(([name, value]) => [`$${name}`, value]);
  }

  /** Counts a node. */
  step(at: Place): void {
    this.#steps += 1;
    if (this.#steps <= this.limits.steps) return;
    const message = `exceeded limit of ${this.limits.steps} steps`;
    throw new ExecutionError(message, at, 'range over fewer items');
  }

  checkLength(text: string, at: Place): void {
    if (text.length <= this.limits.output) return;
    throw new ExecutionError(
      `exceeded limit of ${this.limits.output} characters`,
      at,
      'print less',
    );
  }

  /** Runs a template's body, which sees no variables but `$` and those from outside. */
  call(data: unknown, at: Place, body: () => void): void {
    if (this.#depth > this.limits.depth) {
      throw new ExecutionError(`exceeded maximum template depth (${this.limits.depth})`, at);
    }
    const before = this.#variables;
    this.#variables = [
      { name: '$', value: data },
      ...this.#outer.map(([name, value]) => ({ name, value })),
    ];
    this.#depth += 1;
    body();
    this.#depth -= 1;
    this.#variables = before;
  }

  /** To be given to {@link release} where the variables declared since are out of sight. */
  mark(): number {
    return this.#variables.length;
  }

  release(mark: number): void {
    this.#variables.length = mark;
  }

  declare(name: string, value: unknown): void {
    this.#variables.push({ name, value });
  }

  assign(name: string, value: unknown, at: Place): void {
    this.#find(name, at).value = value;
  }

  lookUp(name: string, at: Place): unknown {
    return this.#find(name, at).value;
  }

  #find(name: string, at: Place): Variable {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) throw new ExecutionError(`undefined variable: ${name}`, at);
    return variable;
  }
}
