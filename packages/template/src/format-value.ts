import { formatFloat } from './format-float.ts';
import { goTypeOf, kindOf, mapEntries, methodOf, textOf } from './values.ts';

/** Values nest, and a host may hand in a circle. */
const maxDepth = 32;

/**
 * A value as Go's `%v` prints it: floats as `%g`, lists as `[a b]`, maps as `map[k:v]` in key
 * order, structs as `{a b}`, nil as `<nil>`, and anything with a `String` method as that says.
 */
export function formatValue(value: unknown, depth = 0): string {
  if (depth > maxDepth) return '…';
  const inner = (item: unknown): string => formatValue(item, depth + 1);
  const method = methodOf(value, 'String');
  if (method !== undefined) return String(method());
  switch (kindOf(value)) {
    case 'nil':
      return '<nil>';
    case 'float':
      return formatFloat(value as number, 'g', -1);
    case 'string':
      return textOf(value);
    case 'list':
      return `[${(value as unknown[]).map(inner).join(' ')}]`;
    case 'map': {
      const entries = mapEntries(value as object);
      return `map[${entries.map(([key, item]) => `${inner(key)}:${inner(item)}`).join(' ')}]`;
    }
    case 'struct':
      return `{${Object.values(value as object)
        .map(inner)
        .join(' ')}}`;
    case 'func':
      return goTypeOf(value);
    default:
      return String(value);
  }
}

/** What an action prints: as `%v`, but nil is `<no value>`. */
export const printValue = (value: unknown): string =>
  kindOf(value) === 'nil' ? '<no value>' : formatValue(value);

/** Go's fmt.Sprint: a space between two operands when neither is a text. */
export function sprint(values: readonly unknown[]): string {
  let out = '';
  for (const [index, value] of values.entries()) {
    const isText = kindOf(value) === 'string';
    const afterText = index > 0 && kindOf(values[index - 1]) === 'string';
    if (index > 0 && !isText && !afterText) out += ' ';
    out += formatValue(value);
  }
  return out;
}

/** Go's fmt.Sprintln: a space between all operands, and the end of the line. */
export const sprintln = (values: readonly unknown[]): string =>
  `${values.map((value) => formatValue(value)).join(' ')}\n`;
