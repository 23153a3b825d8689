/** Whether nothing was said: no value, null, or the empty text that forms and files write for none. */
export function isUnknown(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/**
 * The text of a class, a label, a segment or an id.
 *
 * Undefined when it is unknown, and when it is nothing that could be told from another: a number that
 * is none, an object, a symbol. All objects have one text, so they would be right about each other.
 */
export function knownText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value;
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined;
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return undefined;
  }
}

/** The number of a measured value, NaN when it has none: JavaScript reads null, `''` and `[]` as 0. */
export function knownNumber(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'boolean':
    case 'bigint':
      return Number(value);
    case 'string':
      return value.trim() === '' ? Number.NaN : Number(value);
    default:
      return Number.NaN;
  }
}
