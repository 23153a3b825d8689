import { GoDuration } from './go-duration.ts';
import { printFloat } from './print-float.ts';
import { printInteger } from './print-integer.ts';
import { printText } from './print-text.ts';
import { type Flags, noFlags, pad } from './printf-flags.ts';
import { goTypeOf, kindOf, mapEntries, methodOf, textOf } from './values.ts';

/** Values nest, and a host may hand in a circle. */
const maxDepth = 32;

/** Where a value stands: how deep, and whether it is printed because its verb does not fit it. */
interface Place {
  readonly depth: number;
  readonly erring: boolean;
}

/**
 * A value by a verb of Go's fmt, lists and maps item by item. A verb that does not fit the value is
 * said in the text: `%!d(string=hi)`.
 */
export function printValue(verb: string, value: unknown, flags: Flags): string {
  if (verb === 'T') {
    const type = goTypeOf(value);
    return kindOf(value) === 'nil' ? pad(type, flags) : (printText('s', type, flags) ?? type);
  }
  return print(verb, value, flags, { depth: 0, erring: false });
}

function print(verb: string, value: unknown, flags: Flags, place: Place): string {
  if (place.depth > maxDepth) return '…';
  return (
    printByMethod(verb, value, flags, place) ??
    printByKind(verb, value, flags, place) ??
    `%!${verb}(${goTypeOf(value)}=${print('v', value, flags, { ...place, erring: true })})`
  );
}

/** What a value says of itself, where the verb takes a text. */
function printByMethod(verb: string, value: unknown, flags: Flags, place: Place) {
  if (place.erring || flags.source || !'vsxXq'.includes(verb)) return undefined;
  const said = methodOf(value, 'String');
  return said === undefined ? undefined : printText(verb, String(said()), flags);
}

function printByKind(verb: string, value: unknown, flags: Flags, place: Place) {
  switch (kindOf(value)) {
    case 'nil':
      return printNil(verb, flags, place);
    case 'bool':
      return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined;
    case 'int':
      return printInteger(verb, value as bigint, flags);
    case 'float':
      return printFloat(verb, value as number, flags);
    case 'string':
      return printText(verb, textOf(value), flags);
    case 'func':
      return verb === 'v' ? pad(goTypeOf(value), flags) : undefined;
    default:
      // These are for errors and for addresses, which there are none of here.
      if (verb === 'w' || verb === 'p') return undefined;
      // To Go a duration is the number of its nanoseconds.
      return value instanceof GoDuration
        ? printInteger(verb, value.nanoseconds(), flags)
        : printItems(verb, value as object, flags, place);
  }
}

function printNil(verb: string, flags: Flags, { depth }: Place): string {
  if (depth > 0) return flags.source ? 'interface {}(nil)' : '<nil>';
  return verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
}

function printItems(verb: string, value: object, flags: Flags, place: Place): string {
  const inner = (item: unknown): string =>
    print(verb, item, flags, { ...place, depth: place.depth + 1 });
  const join = (items: readonly string[], open: string, close: string): string =>
    flags.source ? `${goTypeOf(value)}{${items.join(', ')}}` : open + items.join(' ') + close;
  if (Array.isArray(value)) return join(value.map(inner), '[', ']');
  if (kindOf(value) === 'map') {
    const items = mapEntries(value).map(([key, item]) => `${inner(key)}:${inner(item)}`);
    return join(items, 'map[', ']');
  }
  const named = flags.names || flags.source;
  const fields = Object.entries(value).map(
    ([name, item]) => (named ? `${name}:` : '') + inner(item),
  );
  return join(fields, '{', '}');
}

/**
 * A value as Go's `%v` prints it: floats as `%g`, lists as `[a b]`, maps as `map[k:v]` in key
 * order, structs as `{a b}`, nil as `<nil>`, and anything with a `String` method as that says.
 */
export const formatValue = (value: unknown): string => printValue('v', value, noFlags);
