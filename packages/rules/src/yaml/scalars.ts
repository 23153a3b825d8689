/** What a plain scalar means to a field that is a boolean or a number, as Go's reader of YAML takes it for Prometheus. */

const TRUE: ReadonlySet<string> = new Set(['y', 'yes', 'true', 'on']);
const FALSE: ReadonlySet<string> = new Set(['n', 'no', 'false', 'off']);
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
const OTHER_BASE = /^([-+]?)0(x[\da-f]+|b[01]+|o?[0-7]+)$/i;

/**
 * The booleans of YAML 1.1, in small letters, capitals or with the first letter a capital; undefined for other texts.
 * Source: yaml.org/type/bool.html.
 */
export function yamlBoolean(text: string): boolean | undefined {
  if (!/^[A-Z]?[a-z]*$|^[A-Z]+$/.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (TRUE.has(lower)) return true;
  return FALSE.has(lower) ? false : undefined;
}

/**
 * A number in any spelling of YAML 1.1, as `1_000`, `0x1F` and `017`; undefined for other texts.
 * Sources: yaml.org/type/int.html, yaml.org/type/float.html.
 */
export function yamlNumber(text: string): number | undefined {
  const digits = text.replaceAll('_', '');
  const [, sign, rest] = OTHER_BASE.exec(digits) ?? [];
  if (rest !== undefined) {
    // Behind a zero alone stand octal digits.
    const size = Number(/^\d/.test(rest) ? `0o${rest}` : `0${rest.toLowerCase()}`);
    return sign === '-' ? -size : size;
  }
  if (DECIMAL.test(digits)) return Number(digits);
  if (/^\+?\.(?:inf|Inf|INF)$/.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-\.(?:inf|Inf|INF)$/.test(text)) return Number.NEGATIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined;
}
