import { formatFloat } from './format-float.ts';
import { formatValue } from './format-value.ts';
import { hexBytes, quote, quoteChar } from './quote.ts';
import { goTypeOf, kindOf, mapEntries, methodOf, textOf } from './values.ts';

interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** Widths and precisions beyond this are `BADWIDTH` and `BADPREC`, as in Go. */
const maxSize = 1_000_000;

/**
 * Go's fmt.Sprintf. What cannot be formatted stands in the text as Go puts it there:
 * `%!d(string=hi)`, `%!d(MISSING)`, `%!(EXTRA int=1)`, `%!z(int=1)`, `%!(NOVERB)`.
 *
 * Source: package documentation of Go's fmt. Not supported: `%p` and the struct syntax of `%#v`.
 */
export function sprintf(format: string, args: readonly unknown[]): string {
  return new Printer(args).print(format);
}

class Printer {
  readonly #args: readonly unknown[];
  #next = 0;
  #reordered = false;

  constructor(args: readonly unknown[]) {
    this.#args = args;
  }

  print(format: string): string {
    let out = '';
    let at = 0;
    while (at < format.length) {
      const percent = format.indexOf('%', at);
      if (percent < 0) return this.#withExtra(out + format.slice(at));
      const { text, end } = this.#verb(format, percent + 1);
      out += format.slice(at, percent) + text;
      at = end;
    }
    return this.#withExtra(out);
  }

  #withExtra(out: string): string {
    if (this.#reordered || this.#next >= this.#args.length) return out;
    const extra = this.#args.slice(this.#next).map((arg) => {
      return kindOf(arg) === 'nil' ? '<nil>' : `${goTypeOf(arg)}=${formatValue(arg)}`;
    });
    return `${out}%!(EXTRA ${extra.join(', ')})`;
  }

  #verb(format: string, from: number): { text: string; end: number } {
    let at = from;
    let complaint = '';
    let badIndex = false;
    const index = (): boolean => {
      const match = /^\[([^\]]*)\]/.exec(format.slice(at));
      if (match === null) return false;
      this.#reordered = true;
      at += match[0].length;
      const number = Number(match[1]);
      if (!/^\d+$/.test(match[1] ?? '') || number < 1 || number > this.#args.length)
        badIndex = true;
      else this.#next = number - 1;
      return true;
    };
    const size = (bad: string): number | undefined => {
      if (format[at] === '*') {
        at += 1;
        const value = this.#args[this.#next];
        this.#next += 1;
        if (typeof value === 'bigint' && value <= maxSize && value >= -maxSize)
          return Number(value);
        complaint += `%!(${bad})`;
        return undefined;
      }
      const digits = /^\d*/.exec(format.slice(at))?.[0] ?? '';
      at += digits.length;
      if (digits === '') return undefined;
      if (Number(digits) <= maxSize) return Number(digits);
      complaint += `%!(${bad})`;
      return undefined;
    };

    const signs = /^[+\-# 0]*/.exec(format.slice(at))?.[0] ?? '';
    at += signs.length;
    index();
    let width = size('BADWIDTH');
    let minus = signs.includes('-');
    if (width !== undefined && width < 0) {
      minus = true;
      width = -width;
    }
    let precision: number | undefined;
    if (format[at] === '.') {
      at += 1;
      index();
      const given = size('BADPREC');
      precision = given === undefined ? (complaint === '' ? 0 : undefined) : given;
      if (precision !== undefined && precision < 0) precision = undefined;
    }
    index();

    const code = format.codePointAt(at);
    if (code === undefined) return { text: `${complaint}%!(NOVERB)`, end: at };
    const verb = String.fromCodePoint(code);
    const end = at + verb.length;
    if (verb === '%') return { text: '%', end };
    if (badIndex) return { text: `%!${verb}(BADINDEX)`, end };
    if (this.#next >= this.#args.length) return { text: `${complaint}%!${verb}(MISSING)`, end };
    const arg = this.#args[this.#next];
    this.#next += 1;
    const flags: Flags = {
      minus,
      width,
      precision,
      plus: signs.includes('+'),
      sharp: signs.includes('#'),
      space: signs.includes(' '),
      zero: signs.includes('0') && !minus,
    };
    return { text: complaint + formatArg(verb, arg, flags), end };
  }
}

/** Fills up to the width; zeros go between the sign and the digits. */
function pad(text: string, flags: Flags, zeros = false): string {
  const missing = (flags.width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  if (!zeros) return ' '.repeat(missing) + text;
  const sign = /^[+\- ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function badVerb(verb: string, arg: unknown, flags: Flags): string {
  if (kindOf(arg) === 'nil') return `%!${verb}(<nil>)`;
  return `%!${verb}(${goTypeOf(arg)}=${formatArg('v', arg, flags)})`;
}

function formatArg(verb: string, arg: unknown, flags: Flags): string {
  if (verb === 'T') return pad(goTypeOf(arg), flags);
  const described = 'vsxXq'.includes(verb) ? methodOf(arg, 'String') : undefined;
  if (described !== undefined) return formatText(verb, String(described()), flags);
  switch (kindOf(arg)) {
    case 'nil':
      return verb === 'v' ? pad('<nil>', flags) : badVerb(verb, arg, flags);
    case 'bool':
      return 'tv'.includes(verb) ? pad(String(arg), flags) : badVerb(verb, arg, flags);
    case 'int':
      return formatInteger(verb, arg as bigint, flags);
    case 'float':
      return formatNumber(verb, arg as number, flags);
    case 'string':
      return formatText(verb, textOf(arg), flags);
    case 'list':
      return `[${(arg as unknown[]).map((item) => formatArg(verb, item, flags)).join(' ')}]`;
    case 'map': {
      const entries = mapEntries(arg as object).map(
        ([key, item]) => `${formatArg(verb, key, flags)}:${formatArg(verb, item, flags)}`,
      );
      return `map[${entries.join(' ')}]`;
    }
    case 'struct':
      return `{${Object.values(arg as object)
        .map((item) => formatArg(verb, item, flags))
        .join(' ')}}`;
    default:
      return verb === 'v' ? pad(formatValue(arg), flags) : badVerb(verb, arg, flags);
  }
}

const bases: Readonly<Record<string, { radix: number; prefix: string }>> = {
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  O: { radix: 8, prefix: '' },
  d: { radix: 10, prefix: '' },
  v: { radix: 10, prefix: '' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

function formatInteger(verb: string, value: bigint, flags: Flags): string {
  if (verb === 'c' || verb === 'q' || verb === 'U') return formatCodePoint(verb, value, flags);
  const base = bases[verb];
  if (base === undefined) return badVerb(verb, value, flags);
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base.radix);
  if (verb === 'X') digits = digits.toUpperCase();
  if (flags.precision === 0 && value === 0n) return pad('', flags);
  digits = digits.padStart(flags.precision ?? 0, '0');
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const prefix = verb === 'O' ? '0o' : flags.sharp ? base.prefix : '';
  if (flags.zero && flags.precision === undefined) {
    digits = digits.padStart((flags.width ?? 0) - sign.length - prefix.length, '0');
  }
  return pad(sign + prefix + digits, flags);
}

function formatCodePoint(verb: string, value: bigint, flags: Flags): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (verb === 'c') return pad(char, flags);
  if (verb === 'q') return pad(quoteChar(char, flags.plus), flags);
  return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, flags);
}

function formatNumber(verb: string, value: number, flags: Flags): string {
  if (verb === 'x' || verb === 'X') return formatHexFloat(verb, value, flags);
  const lower = verb === 'F' ? 'f' : verb === 'v' ? 'g' : verb.toLowerCase();
  if (lower !== 'e' && lower !== 'f' && lower !== 'g') return badVerb(verb, value, flags);
  const precision = flags.precision ?? (lower === 'g' ? -1 : 6);
  let text = formatFloat(value, lower, precision);
  if (verb === 'E' || verb === 'G') text = text.replace('e', 'E');
  if (/^\d/.test(text) || text === 'NaN') text = (flags.plus ? '+' : flags.space ? ' ' : '') + text;
  if (text.startsWith('+Inf') && !flags.plus) text = flags.space ? ' Inf' : '+Inf';
  return pad(text, flags, flags.zero && Number.isFinite(value));
}

/** Mantissa in hexadecimal, power of two: 1.5 is `0x1.8p+00`. */
function formatHexFloat(verb: string, value: number, flags: Flags): string {
  const size = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (!Number.isFinite(value)) return formatNumber('v', value, flags);
  let exponent = size === 0 ? 0 : Math.floor(Math.log2(size));
  if (size !== 0 && size / 2 ** exponent >= 2) exponent += 1;
  const mantissa = size === 0 ? 0 : size / 2 ** exponent;
  const [whole, fraction] = mantissa.toString(16).split('.');
  const tail = fraction === undefined ? '' : `.${fraction}`;
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const digits = `0x${whole}${tail}p${power}`;
  return pad(sign + (verb === 'X' ? digits.toUpperCase() : digits), flags, flags.zero);
}

function formatText(verb: string, value: string, flags: Flags): string {
  const text =
    flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('');
  switch (verb) {
    case 'v':
      return pad(flags.sharp ? quote(value) : text, flags, flags.zero);
    case 's':
      return pad(text, flags, flags.zero);
    case 'q':
      return pad(
        flags.sharp && !text.includes('`') ? `\`${text}\`` : quote(text, flags.plus),
        flags,
      );
    case 'x':
    case 'X': {
      const digits = hexBytes(text, flags.space ? ' ' : '');
      const prefixed = flags.sharp && digits !== '' ? `0x${digits}` : digits;
      return pad(verb === 'X' ? prefixed.toUpperCase() : prefixed, flags);
    }
    default:
      return badVerb(verb, value, flags);
  }
}
