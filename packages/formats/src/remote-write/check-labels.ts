import { type Labels, setLabel } from '@bellwether/promql';
import { sharedText } from '../bytes/shared-text.ts';
import { isLongerThan, type ReceiveLimits } from '../metrics/limits.ts';

/** A label set, or the reason why it is none. */
export type CheckedLabels =
  | { readonly labels: Labels; readonly problem?: undefined }
  | { readonly labels?: undefined; readonly problem: string };

/**
 * Makes a label set of names and values in turn. A label with an empty value does not exist. Names should come in order
 * and mostly do; those of senders who write them as they stand are sorted, as Prometheus does.
 * Source: prometheus.io, "Remote-Write 2.0 specification", Series Labels: names are neither repeated nor empty. What only
 * SHOULD be, like the characters of a name, is left to the sender.
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
    if (value === '') continue;
    if (name === previous) return { problem: `label ${name} is repeated: ${shown(pairs)}` };
    if (!(previous < name)) return checkLabels(inOrder(pairs), limits, needsName);
    previous = name;
    setLabel(labels, name, sharedText(value));
  }
  if (needsName && labels['__name__'] === undefined)
    return { problem: `no metric name: ${shown(pairs)}` };
  return { labels };
}

/** By name. Nobody sees in which order: what matters is that names repeated stand together. */
function inOrder(pairs: readonly string[]): string[] {
  const labels: [name: string, value: string][] = [];
  for (let i = 0; i < pairs.length; i += 2) labels.push([pairs[i]!, pairs[i + 1]!]);
  return labels.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).flat();
}

const SHOWN = 300;

/** The beginning of a label set as it came, for a message. */
export function shown(pairs: readonly string[]): string {
  let text = '';
  for (let i = 0; i < pairs.length && text.length <= SHOWN; i += 2)
    text += ` ${pairs[i]!.slice(0, SHOWN)}=${JSON.stringify((pairs[i + 1] ?? '').slice(0, SHOWN))}`;
  return `{${text.slice(1, SHOWN)}}`;
}
