import { goTypeOf, kindOf, SafeText } from './values.ts';

/** What a function may ask of the template that calls it. */
export interface CallContext {
  /** Runs a template defined with `{{define}}` and gives its output. */
  readonly executeTemplate: (name: string, data: unknown) => string;
  /** What a map yields for a key it does not have. */
  readonly missing: unknown;
}

type Parameter = 'any' | 'string' | 'int' | 'list' | 'map';

/** A function of the template language: what it takes, and what it does. */
export interface TemplateFunction {
  readonly parameters: readonly Parameter[];
  /** The last parameter may come any number of times, also not at all. */
  readonly variadic: boolean;
  readonly call: (args: never, context: CallContext) => unknown;
}

export type Functions = Readonly<Record<string, TemplateFunction>>;

interface ParameterTypes {
  any: unknown;
  string: string;
  int: bigint;
  list: readonly unknown[];
  map: Readonly<Record<string, unknown>>;
}

type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: ParameterTypes[P[I]] };

/**
 * A function with a fixed number of parameters. The types of arguments are checked before the
 * call, as Go does it, so the function sees only what it declares.
 */
export function define<const P extends readonly Parameter[]>(
  parameters: P,
  call: (args: Arguments<P>, context: CallContext) => unknown,
): TemplateFunction {
  return { parameters, variadic: false, call };
}

/** As {@link define}, but arguments past the fixed ones are all of the type `rest`. */
export function defineVariadic<const P extends readonly Parameter[], R extends Parameter>(
  parameters: P,
  rest: R,
  call: (args: [...Arguments<P>, ...ParameterTypes[R][]], context: CallContext) => unknown,
): TemplateFunction {
  return {
    parameters: [...parameters, rest],
    variadic: true,
    call,
  };
}

/** Why a call has the wrong number of arguments, or undefined. */
export function wrongCount(name: string, fn: TemplateFunction, count: number): string | undefined {
  const fixed = fn.variadic ? fn.parameters.length - 1 : fn.parameters.length;
  if (fn.variadic ? count >= fixed : count === fixed) return undefined;
  return `wrong number of args for ${name}: want ${fn.variadic ? 'at least ' : ''}${fixed} got ${count}`;
}

const goNames: Readonly<Record<Parameter, string>> = {
  any: 'interface {}',
  string: 'string',
  int: 'int',
  list: '[]interface {}',
  map: 'map[string]interface {}',
};

/** Brings an argument into the form its parameter wants, or says why it has none. */
export function convertArgument(
  fn: TemplateFunction,
  index: number,
  value: unknown,
): { value: unknown } | { problem: string } {
  const parameter = fn.parameters[Math.min(index, fn.parameters.length - 1)] ?? 'any';
  if (parameter === 'any') return { value };
  const kind = kindOf(value);
  if (kind === parameter) return { value: value instanceof SafeText ? value.text : value };
  if (kind === 'nil') return { problem: `invalid value; expected ${goNames[parameter]}` };
  return {
    problem: `wrong type for value; expected ${goNames[parameter]}; got ${goTypeOf(value)}`,
  };
}
