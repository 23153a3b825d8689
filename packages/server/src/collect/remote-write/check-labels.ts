import { formatLabels, type Labels } from '@bellwether/promql';
import { sharedText } from '../../shared-text.ts';
import { isLongerThan, type ReceiveLimits } from '../wire/limits.ts';

/** A label set, or the reason why it is none. */
export type CheckedLabels =
  | { readonly labels: Labels; readonly problem?: undefined }
  | { readonly labels?: undefined; readonly problem: string };

/**
 * Makes a label set of names and values in turn. A label with an empty value does not exist.
 * Source: prometheus.io, "Remote-Write 2.0 specification", Series Labels: names are sorted and neither repeated nor
 * empty. What only SHOULD be, like the characters of a name, is left to the sender.
 */
export function checkLabels(
  pairs: readonly string[],
  limits: ReceiveLimits,
  needsName = true,
): CheckedLabels {
  const labels: Record<string, string> = {};
  let previous = '';
  if (pairs.length > 2 * limits.labelsOfSeries)
    return { problem: `more than ${limits.labelsOfSeries} labels: ${shown(pairs)}` };
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    const value = pairs[i + 1]!;
    if (name === '') return { problem: `a label has no name: ${shown(pairs)}` };
    if (isLongerThan(name, limits.labelNameLength))
      return {
        problem: `a label name is longer than ${limits.labelNameLength} bytes: ${shown(pairs)}`,
      };
    if (isLongerThan(value, limits.labelValueLength))
      return {
        problem: `the value of label ${name} is longer than ${limits.labelValueLength} bytes: ${shown(pairs)}`,
      };
    if (name === previous) return { problem: `label ${name} is repeated: ${shown(pairs)}` };
    if (!inOrder(previous, name))
      return { problem: `label ${name} is not in order after ${previous}: ${shown(pairs)}` };
    // An object of JavaScript has no such key of its own.
    if (name === '__proto__') return { problem: `label __proto__ cannot be stored` };
    previous = name;
    if (value !== '') labels[name] = sharedText(value);
  }
  if (needsName && labels['__name__'] === undefined)
    return { problem: `no metric name: ${formatLabels(labels).slice(0, SHOWN)}` };
  return { labels };
}

/** Byte order of UTF-8, which differs from that of UTF-16 only where surrogates are. */
function inOrder(previous: string, name: string): boolean {
  if (previous < name && !SURROGATE.test(name)) return true;
  return Buffer.compare(Buffer.from(previous), Buffer.from(name)) < 0;
}

const SURROGATE = /[\ud800-\udfff]/;
const SHOWN = 300;

function shown(pairs: readonly string[]): string {
  const text = pairs.map((part, i) => (i % 2 === 0 ? part : `=${JSON.stringify(part)} `)).join('');
  return `{${text.trim().slice(0, SHOWN)}}`;
}
