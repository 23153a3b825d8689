import { GoDuration } from './go-duration.ts';
import { GoTime } from './go-time.ts';
import { kindOf, mapEntries, textOf } from './values.ts';

const maxDepth = 32;

/**
 * A value as Go's encoding/json writes it: keys of maps in order, fields of structs as they stand,
 * `<`, `>` and `&` escaped.
 * @throws Error for what JSON cannot hold: NaN, infinities, functions, circles
 */
export function toJson(value: unknown, depth = 0): string {
  if (depth > maxDepth) throw new Error('json: value is nested too deep');
  const inner = (item: unknown): string => toJson(item, depth + 1);
  if (value instanceof GoTime) return JSON.stringify(value.toJSON());
  if (value instanceof GoDuration) return String(value.nanoseconds());
  switch (kindOf(value)) {
    case 'nil':
      return 'null';
    case 'string':
      return text(textOf(value));
    case 'float':
      if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${String(value)}`);
      return JSON.stringify(value);
    case 'list':
      return `[${(value as unknown[]).map(inner).join(',')}]`;
    case 'map':
      return object(mapEntries(value as object), inner);
    case 'struct':
      return object(Object.entries(value as object), inner);
    case 'func':
      throw new Error('json: unsupported type: func');
    default:
      return String(value);
  }
}

const text = (value: string): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

const object = (
  entries: readonly [unknown, unknown][],
  inner: (value: unknown) => string,
): string => `{${entries.map(([key, value]) => `${text(String(key))}:${inner(value)}`).join(',')}}`;
