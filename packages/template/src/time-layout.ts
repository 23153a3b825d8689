/** A moment taken apart in its zone. */
export interface TimeParts {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1–366 */
  readonly yearDay: number;
  /** East of Greenwich is positive. */
  readonly offsetMinutes: number;
  readonly zone: string;
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

const pad = (value: number, width: number, fill = '0'): string =>
  String(Math.abs(value)).padStart(width, fill);

function offset(parts: TimeParts, separator: string, zulu: boolean, withMinutes = true): string {
  if (zulu && parts.offsetMinutes === 0) return 'Z';
  const size = Math.abs(parts.offsetMinutes);
  const sign = parts.offsetMinutes < 0 ? '-' : '+';
  const minutes = withMinutes ? `${separator}${pad(size % 60, 2)}` : '';
  return `${sign}${pad(Math.floor(size / 60), 2)}${minutes}`;
}

const twelve = (hour: number): number => hour % 12 || 12;

/** The pieces of Go's reference time Mon Jan 2 15:04:05 MST 2006; longer ones stand first. */
const pieces: readonly (readonly [string, (parts: TimeParts) => string])[] = [
  ['January', (parts) => monthNames[parts.month - 1]!],
  ['Jan', (parts) => monthNames[parts.month - 1]!.slice(0, 3)],
  ['Monday', (parts) => dayNames[parts.weekday]!],
  ['Mon', (parts) => dayNames[parts.weekday]!.slice(0, 3)],
  ['MST', (parts) => parts.zone],
  ['2006', (parts) => (parts.year < 0 ? '-' : '') + pad(parts.year, 4)],
  ['-07:00', (parts) => offset(parts, ':', false)],
  ['-0700', (parts) => offset(parts, '', false)],
  ['-07', (parts) => offset(parts, '', false, false)],
  ['Z07:00', (parts) => offset(parts, ':', true)],
  ['Z0700', (parts) => offset(parts, '', true)],
  ['Z07', (parts) => offset(parts, '', true, false)],
  ['002', (parts) => pad(parts.yearDay, 3)],
  ['__2', (parts) => pad(parts.yearDay, 3, ' ')],
  ['_2006', (parts) => `_${pad(parts.year, 4)}`],
  ['_2', (parts) => pad(parts.day, 2, ' ')],
  ['01', (parts) => pad(parts.month, 2)],
  ['02', (parts) => pad(parts.day, 2)],
  ['03', (parts) => pad(twelve(parts.hour), 2)],
  ['04', (parts) => pad(parts.minute, 2)],
  ['05', (parts) => pad(parts.second, 2)],
  ['06', (parts) => pad(parts.year % 100, 2)],
  ['15', (parts) => pad(parts.hour, 2)],
  ['PM', (parts) => (parts.hour >= 12 ? 'PM' : 'AM')],
  ['pm', (parts) => (parts.hour >= 12 ? 'pm' : 'am')],
  ['1', (parts) => String(parts.month)],
  ['2', (parts) => String(parts.day)],
  ['3', (parts) => String(twelve(parts.hour))],
  ['4', (parts) => String(parts.minute)],
  ['5', (parts) => String(parts.second)],
];

/** Fractions of a second: `.000` keeps its zeros, `.999` drops those at the end. */
const fraction = /^[.,](0+|9+)(?!\d)/;

/**
 * A time by a layout of Go's time package, an example of the reference time
 * Mon Jan 2 15:04:05 MST 2006.
 */
export function formatLayout(layout: string, parts: TimeParts): string {
  let out = '';
  for (let at = 0; at < layout.length; ) {
    const rest = layout.slice(at);
    const match = fraction.exec(rest);
    if (match !== null) {
      out += formatFraction(match[0], parts.millisecond);
      at += match[0].length;
      continue;
    }
    const piece = pieces.find(([text]) => rest.startsWith(text) && isWhole(text, rest));
    out += piece === undefined ? layout[at]! : piece[1](parts);
    at += piece === undefined ? 1 : piece[0].length;
  }
  return out;
}

/** "Jan" is not the start of "Janet", nor "Mon" that of "Month". */
const isWhole = (text: string, rest: string): boolean =>
  (text !== 'Jan' && text !== 'Mon') || !/^[a-z]/.test(rest.slice(text.length));

function formatFraction(pattern: string, millisecond: number): string {
  const digits = pad(millisecond, 3)
    .padEnd(9, '0')
    .slice(0, pattern.length - 1);
  if (pattern[1] === '0') return pattern[0]! + digits.padEnd(pattern.length - 1, '0');
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : pattern[0]! + trimmed;
}
