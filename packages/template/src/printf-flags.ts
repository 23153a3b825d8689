/** What stands between `%` and the verb. */
export interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%+v`: structs with the names of their fields. Of other verbs this is `plus`. */
  readonly names: boolean;
  /** `%#v`: a value as Go's source writes it. Of other verbs this is `sharp`. */
  readonly source: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** As `%v` has them. */
export const noFlags: Flags = {
  ...{ minus: false, plus: false, sharp: false, space: false, zero: false },
  ...{ names: false, source: false, width: undefined, precision: undefined },
};

/** Fills up to the width, on the left with zeros where they are asked for, as Go does with any text. */
export function pad(text: string, flags: Flags, zeros = flags.zero): string {
  const missing = flags.width === undefined ? 0 : flags.width - [...text].length;
  if (missing <= 0) return text;
  return flags.minus ? text + ' '.repeat(missing) : (zeros ? '0' : ' ').repeat(missing) + text;
}

/** As {@link pad}, for a number whose sign stands before the zeros. */
export function padNumber(sign: string, digits: string, flags: Flags): string {
  const missing = (flags.width ?? 0) - sign.length - digits.length;
  if (!flags.zero || flags.minus || missing <= 0) return pad(sign + digits, flags, false);
  return sign + '0'.repeat(missing) + digits;
}

/** What stands before a number. */
export const signOf = (negative: boolean, flags: Flags): string =>
  negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
