import { formatValue } from './print-value.ts';
import { kindOf } from './values.ts';

/** What an action prints: as `%v`, but nil is `<no value>`. */
export const printValue = (value: unknown): string =>
  kindOf(value) === 'nil' ? '<no value>' : formatValue(value);

/** Go's fmt.Sprint: a space between two operands when neither is a text. */
export function sprint(values: readonly unknown[]): string {
  let out = '';
  for (const [index, value] of values.entries()) {
    const isText = kindOf(value) === 'string';
    const afterText = index > 0 && kindOf(values[index - 1]) === 'string';
    if (index > 0 && !isText && !afterText) out += ' ';
    out += formatValue(value);
  }
  return out;
}

/** Go's fmt.Sprintln: a space between all operands, and the end of the line. */
export const sprintln = (values: readonly unknown[]): string =>
  `${values.map((value) => formatValue(value)).join(' ')}\n`;
