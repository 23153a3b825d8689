import { equal, less } from './compare.ts';
import { escapeHtml, escapeQuery, escapeScript } from './escape.ts';
import { type CallContext, define, defineVariadic, type Functions } from './functions.ts';
import { sprintf } from './printf.ts';
import { printValue, sprint, sprintln } from './sprint.ts';
import { utf8Bytes, utf8Text } from './utf8.ts';
import { goTypeOf, isTrue, kindOf, SafeText, textOf } from './values.ts';

/**
 * The functions every template has (Go, text/template, "Functions"). `and` and `or` are not here:
 * they do not evaluate all of their arguments, so the executor knows them.
 */
export const builtins: Functions = {
  call: defineVariadic(['any'], 'any', ([fn, ...args]) => {
    if (typeof fn !== 'function') throw new Error(`non-function of type ${goTypeOf(fn)}`);
    return fn(...args) as unknown;
  }),
  eq: defineVariadic(['any'], 'any', ([first, ...others]) => equal(first, others)),
  ne: define(['any', 'any'], ([a, b]) => !equal(a, [b])),
  lt: define(['any', 'any'], ([a, b]) => less(a, b)),
  le: define(['any', 'any'], ([a, b]) => less(a, b) || equal(a, [b])),
  gt: define(['any', 'any'], ([a, b]) => !less(a, b) && !equal(a, [b])),
  ge: define(['any', 'any'], ([a, b]) => !less(a, b)),
  html: defineVariadic([], 'any', (args) => new SafeText(escapeHtml(joined(args)))),
  index: defineVariadic(['any'], 'any', ([value, ...keys], context) =>
    keys.reduce((item, key) => indexOf(item, key, context), value),
  ),
  js: defineVariadic([], 'any', (args) => escapeScript(joined(args))),
  len: define(['any'], ([value]) => BigInt(lengthOf(value))),
  not: define(['any'], ([value]) => !isTrue(value)),
  print: defineVariadic([], 'any', (args) => sprint(args)),
  printf: defineVariadic(['string'], 'any', ([format, ...args]) => sprintf(format, args)),
  println: defineVariadic([], 'any', (args) => sprintln(args)),
  slice: defineVariadic(['any'], 'any', ([value, ...bounds]) => sliceOf(value, bounds)),
  urlquery: defineVariadic([], 'any', (args) => escapeQuery(joined(args))),
};

const joined = (args: readonly unknown[]): string => {
  const [only] = args;
  if (args.length === 1 && kindOf(only) === 'string') return textOf(only);
  return sprint(args.map((arg) => (kindOf(arg) === 'nil' ? printValue(arg) : arg)));
};

function lengthOf(value: unknown): number {
  switch (kindOf(value)) {
    case 'string':
      return utf8Bytes(textOf(value)).length;
    case 'list':
      return (value as unknown[]).length;
    case 'map':
      return value instanceof Map ? value.size : Object.keys(value as object).length;
    case 'nil':
      throw new Error('len of nil pointer');
    default:
      throw new Error(`len of type ${goTypeOf(value)}`);
  }
}

function position(key: unknown, length: number, what: string): number {
  if (kindOf(key) !== 'int') {
    throw new Error(`cannot index slice/array with type ${goTypeOf(key)}`);
  }
  const at = Number(key);
  if (at < 0 || at >= length) throw new Error(`${what} out of range: ${at}`);
  return at;
}

function indexOf(value: unknown, key: unknown, context: CallContext): unknown {
  switch (kindOf(value)) {
    case 'list': {
      const items = value as unknown[];
      return items[position(key, items.length, 'index')];
    }
    case 'string': {
      const bytes = utf8Bytes(textOf(value));
      return BigInt(bytes[position(key, bytes.length, 'index')]!);
    }
    case 'map': {
      if (value instanceof Map) return value.get(key) as unknown;
      if (kindOf(key) !== 'string') {
        throw new Error(`value has type ${goTypeOf(key)}; should be string`);
      }
      const name = textOf(key);
      const fields = value as Record<string, unknown>;
      return Object.hasOwn(fields, name) ? fields[name] : context.missing;
    }
    case 'nil':
      throw new Error('index of untyped nil');
    default:
      throw new Error(`can't index item of type ${goTypeOf(value)}`);
  }
}

function sliceOf(value: unknown, bounds: readonly unknown[]): unknown {
  const kind = kindOf(value);
  if (kind === 'nil') throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  if (kind === 'string' && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  if (kind !== 'string' && kind !== 'list') {
    throw new Error(`can't slice item of type ${goTypeOf(value)}`);
  }
  const items: readonly unknown[] =
    kind === 'string' ? utf8Bytes(textOf(value)) : (value as readonly unknown[]);
  const [from = 0, to = items.length] = bounds.map((bound) =>
    position(bound, items.length + 1, 'index'),
  );
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  const part = items.slice(from, to);
  return kind === 'string' ? utf8Text(part as number[]) : part;
}
