import { type Flags, pad, signOf } from './printf-flags.ts';
import { isPrintable, quoteChar } from './quote.ts';

const radixes: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 };

/** An integer by a verb of Go's fmt; undefined when the verb is none for integers. */
export function printInteger(verb: string, value: bigint, flags: Flags): string | undefined {
  if (verb === 'c' || verb === 'q' || verb === 'U') return printCharacter(verb, value, flags);
  const radix = radixes[verb];
  if (radix === undefined) return undefined;
  if (flags.precision === 0 && value === 0n) return pad('', flags, false);
  const negative = value < 0n;
  const sign = signOf(negative, flags);
  // Zeros are counted without the prefix: it comes on top of the width.
  const zeros = flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length : 0;
  const digits = (negative ? -value : value)
    .toString(radix)
    .padStart(flags.precision ?? zeros, '0');
  const text = prefixOf(verb, digits, flags) + digits;
  return pad(sign + (verb === 'X' ? text.toUpperCase() : text), flags, false);
}

function prefixOf(verb: string, digits: string, flags: Flags): string {
  const octal = flags.sharp && !digits.startsWith('0') ? '0' : '';
  if (verb === 'O') return `0o${octal}`;
  if (!flags.sharp) return '';
  return { b: '0b', o: octal, x: '0x', X: '0x' }[verb] ?? '';
}

function printCharacter(verb: string, value: bigint, flags: Flags): string {
  const inRange = value >= 0n && value <= 0x10ffffn;
  const valid = inRange && !(value >= 0xd800n && value <= 0xdfffn);
  const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (verb === 'c') return pad(char, flags);
  if (verb === 'q') return pad(quoteChar(char, flags.plus), flags);
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const shown = flags.sharp && valid && isPrintable(char) ? ` '${char}'` : '';
  return pad(`U+${digits.padStart(Math.max(4, flags.precision ?? 0), '0')}${shown}`, flags, false);
}
