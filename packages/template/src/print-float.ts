import { formatFloat } from './format-float.ts';
import { formatBinary, formatHex } from './hex-float.ts';
import { type Flags, pad, padNumber, signOf } from './printf-flags.ts';

/** A float by a verb of Go's fmt; undefined when the verb is none for floats. */
export function printFloat(verb: string, value: number, flags: Flags): string | undefined {
  if (!'bgGxXfFeEv'.includes(verb)) return undefined;
  if (!Number.isFinite(value)) return printSpecial(value, flags);
  const sign = signOf(value < 0 || Object.is(value, -0), flags);
  const text = digitsOf(verb === 'v' ? 'g' : verb, Math.abs(value), flags);
  return padNumber(sign, text, flags);
}

/** Infinities keep their plus sign; none of these is filled up with zeros. */
function printSpecial(value: number, flags: Flags): string {
  if (Number.isNaN(value)) return pad(`${signOf(false, flags)}NaN`, flags, false);
  const plus = flags.space && !flags.plus ? ' ' : '+';
  return pad(`${value < 0 ? '-' : plus}Inf`, flags, false);
}

function digitsOf(verb: string, size: number, flags: Flags): string {
  if (verb === 'b') return formatBinary(size);
  const lower = verb.toLowerCase();
  const precision = flags.precision ?? (lower === 'e' || lower === 'f' ? 6 : -1);
  const text =
    lower === 'x'
      ? formatHex(size, precision)
      : formatFloat(size, lower as 'e' | 'f' | 'g', precision);
  const full = flags.sharp ? withPoint(text, verb, precision) : text;
  return verb === 'X' || verb === 'E' || verb === 'G' ? full.toUpperCase() : full;
}

/**
 * The flag `#`: a point in any case, and with `%g` and `%x` the zeros that fill up to the precision, 6
 * when none is given. Digits count from the first that is not zero; Go counts the `x` of `0x` as one.
 */
function withPoint(text: string, verb: string, precision: number): string {
  const end = text.search(verb === 'x' || verb === 'X' ? /p/ : /e|$/);
  const head = text.slice(0, end);
  const wanted = 'gGx'.includes(verb) ? (precision < 0 ? 6 : precision) : 0;
  const counted = head === '0' ? 1 : head.replace('.', '').replace(/^0+/, '').length;
  const zeros = '0'.repeat(Math.max(0, wanted - counted));
  return `${head}${head.includes('.') ? '' : '.'}${zeros}${text.slice(end)}`;
}
