import { formatValue, printValue } from './print-value.ts';
import { type Flags, noFlags } from './printf-flags.ts';
import { goTypeOf, kindOf } from './values.ts';

/** Widths and precisions beyond this are `BADWIDTH` and `BADPREC`, as in Go. */
const maxSize = 1_000_000;

/**
 * Go's fmt.Sprintf. What cannot be formatted stands in the text as Go puts it there:
 * `%!d(string=hi)`, `%!d(MISSING)`, `%!(EXTRA int=1)`, `%!z(int=1)`, `%!(NOVERB)`.
 *
 * Source: package documentation of Go's fmt. Not supported: `%p`.
 */
export function sprintf(format: string, args: readonly unknown[]): string {
  return new Printer(format, args).print();
}

class Printer {
  readonly #format: string;
  readonly #args: readonly unknown[];
  /** Where in the format the reading has come to. */
  #at = 0;
  /** The argument that comes next. */
  #next = 0;
  #reordered = false;
  /** Of the verb being read: what was wrong with it so far, and whether its arguments can be found. */
  #complaint = '';
  #indexed = true;

  constructor(format: string, args: readonly unknown[]) {
    this.#format = format;
    this.#args = args;
  }

  print(): string {
    let out = '';
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      if (percent < 0) {
        out += this.#format.slice(this.#at);
        break;
      }
      out += this.#format.slice(this.#at, percent);
      this.#at = percent + 1;
      out += this.#directive();
    }
    return out + this.#extra();
  }

  #extra(): string {
    if (this.#reordered || this.#next >= this.#args.length) return '';
    const extra = this.#args.slice(this.#next).map((arg) => {
      return kindOf(arg) === 'nil' ? '<nil>' : `${goTypeOf(arg)}=${formatValue(arg)}`;
    });
    return `%!(EXTRA ${extra.join(', ')})`;
  }

  /** One verb, with all that stands before it. */
  #directive(): string {
    this.#complaint = '';
    this.#indexed = true;
    const signs = this.#match(/[+\-# 0]*/y);
    let afterIndex = this.#index();
    const starred = this.#format[this.#at] === '*';
    let width = this.#size('BADWIDTH', afterIndex);
    if (starred) afterIndex = false;
    const minus = signs.includes('-') || (width !== undefined && width < 0);
    if (width !== undefined) width = Math.abs(width);
    let precision: number | undefined;
    // A point at the very end is a verb.
    if (this.#format[this.#at] === '.' && this.#at + 1 < this.#format.length) {
      this.#at += 1;
      if (afterIndex) this.#indexed = false;
      afterIndex = this.#index();
      const star = this.#format[this.#at] === '*';
      const given = this.#size('BADPREC', false);
      if (star) afterIndex = false;
      precision = given ?? (star ? undefined : 0);
      if (precision !== undefined && precision < 0) {
        precision = undefined;
        this.#complaint += '%!(BADPREC)';
      }
    }
    if (!afterIndex) this.#index();
    const verb = this.#match(/./suy);
    if (verb === '') return `${this.#complaint}%!(NOVERB)`;
    return (
      this.#complaint + this.#printed(verb, { ...flagsOf(verb, signs), minus, width, precision })
    );
  }

  #printed(verb: string, flags: Flags): string {
    if (verb === '%') return '%';
    if (!this.#indexed) return `%!${verb}(BADINDEX)`;
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`;
    const arg = this.#args[this.#next];
    this.#next += 1;
    return printValue(verb, arg, flags);
  }

  /** Reads what a sticky expression matches here. */
  #match(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const text = expression.exec(this.#format)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  /** Reads `[2]`, the number of the argument to go on with. Returns whether it was there. */
  #index(): boolean {
    if (this.#format[this.#at] !== '[') return false;
    this.#reordered = true;
    const text = this.#format.length - this.#at < 3 ? '' : this.#match(/\[[^\]]{0,64}\]/y);
    if (text === '') this.#at += 1;
    const number = /^\[\d{1,7}\]$/.test(text) ? Number(text.slice(1, -1)) : Number.NaN;
    if (number >= 1 && number <= this.#args.length) this.#next = number - 1;
    else this.#indexed = false;
    return Number.isInteger(number);
  }

  /** Reads a width or a precision: digits, or a star for one of the arguments. */
  #size(bad: string, afterIndex: boolean): number | undefined {
    if (this.#format[this.#at] === '*') {
      this.#at += 1;
      const value = this.#args[this.#next];
      if (this.#next < this.#args.length) this.#next += 1;
      if (typeof value === 'bigint' && value <= maxSize && value >= -maxSize) return Number(value);
      this.#complaint += `%!(${bad})`;
      return undefined;
    }
    const digits = this.#match(/\d*/y);
    if (digits === '') return undefined;
    if (afterIndex) this.#indexed = false;
    if (Number(digits.slice(0, -1)) <= maxSize) return Number(digits);
    // Go gives up on the whole rest.
    this.#at = this.#format.length;
    return undefined;
  }
}

/** For `%v` two of the signs mean something of their own; `%w`, of which only errors know, is alike. */
function flagsOf(verb: string, signs: string): Flags {
  const plus = signs.includes('+');
  const sharp = signs.includes('#');
  const own = verb === 'v' || verb === 'w' ? { names: plus, source: sharp } : { plus, sharp };
  return { ...noFlags, ...own, space: signs.includes(' '), zero: signs.includes('0') };
}
