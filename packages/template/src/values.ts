/**
 * How the values of JavaScript stand for those of Go:
 *
 * | Go | here |
 * |---|---|
 * | float64 | number |
 * | int | bigint |
 * | string, bool, nil | string, boolean, null and undefined |
 * | slice | array |
 * | map[string]string | plain object of texts |
 * | map[string]any | plain object, Map |
 * | struct | object with {@link typeName}, made by {@link struct} |
 * | func | function |
 *
 * Only own properties of an object can be reached from a template, never its prototype.
 */

import { compareText } from './utf8.ts';

/** Property of an object that makes it a struct: unknown fields of it are errors, not "no value". */
export const typeName: unique symbol = Symbol('Go type name');

/** Property of any object or array that holds the methods a template may call on it. */
export const methods: unique symbol = Symbol('methods');

export type Method = (...args: readonly unknown[]) => unknown;
export type Methods = Readonly<Record<string, Method>>;

/** Text that is HTML already and is not escaped again. */
export class SafeText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A value with a fixed set of fields. A template that asks for another field fails, which is how
 * misspellings come to light.
 */
export function struct<T extends object>(name: string, fields: T, own: Methods = {}): T {
  return Object.freeze({ ...fields, [typeName]: name, [methods]: own });
}

/** The same array, with methods that a template can call on it: `.Alerts.Firing`. */
export function list<T>(items: readonly T[], own: Methods): readonly T[] {
  return Object.freeze(Object.assign([...items], { [methods]: own }));
}

export type Kind = 'nil' | 'bool' | 'int' | 'float' | 'string' | 'list' | 'map' | 'struct' | 'func';

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'string';
    case 'function':
      return 'func';
    case 'object':
      if (value === null) return 'nil';
      if (Array.isArray(value)) return 'list';
      if (value instanceof SafeText) return 'string';
      return typeName in value ? 'struct' : 'map';
    default:
      return 'nil';
  }
}

/** The name Go would give the type of a value, for messages and `%T`. */
export function goTypeOf(value: unknown): string {
  switch (kindOf(value)) {
    case 'nil':
      return '<nil>';
    case 'int':
      return 'int';
    case 'float':
      return 'float64';
    case 'list':
      return '[]interface {}';
    case 'map':
      return isTextMap(value as object) ? 'map[string]string' : 'map[string]interface {}';
    case 'struct':
      return (value as { [typeName]: string })[typeName];
    case 'string':
      return value instanceof SafeText ? 'template.HTML' : 'string';
    default:
      return typeof value === 'function' ? 'func' : 'bool';
  }
}

const isTextMap = (value: object): boolean =>
  !(value instanceof Map) && Object.values(value).every((item) => typeof item === 'string');

/** The text of a string, safe or not. */
export const textOf = (value: unknown): string =>
  value instanceof SafeText ? value.text : String(value);

/** Whether `if` takes the branch: anything but false, 0, nil and what is empty. */
export function isTrue(value: unknown): boolean {
  switch (kindOf(value)) {
    case 'nil':
      return false;
    case 'string':
      return textOf(value) !== '';
    case 'int':
      return value !== 0n;
    case 'float':
      return value !== 0;
    case 'bool':
      return value === true;
    case 'list':
      return (value as unknown[]).length > 0;
    case 'map':
      return mapEntries(value as object).length > 0;
    default:
      return true;
  }
}

/** Keys and values of a map in the order Go's range visits them. */
export function mapEntries(value: object): [unknown, unknown][] {
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...value.entries()] : Object.entries(value);
  return entries.sort(([a], [b]) => compareKeys(a, b));
}

function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

/** A method of a value, if it has one of this name. */
export function methodOf(value: unknown, name: string): Method | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = (value as { [methods]?: Methods })[methods];
  if (own !== undefined && Object.hasOwn(own, name)) return own[name];
  const field = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return typeof field === 'function' ? (field as Method) : undefined;
}
