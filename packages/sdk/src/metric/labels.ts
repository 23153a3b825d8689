import type { LabelSet } from './family.ts';
import { knownText } from './known.ts';

/** Longer label values are cut here: a class name or an endpoint is never that long, an accident is. */
const MAX_LABEL_LENGTH = 200;

/** What a label reads whose value was not said. */
const UNKNOWN = 'unknown';

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A text of whatever the host passed; never throws. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    return knownText(value) ?? UNKNOWN;
  }
  try {
    // A route may be a RegExp or a URL.
    return String(value);
  } catch {
    return UNKNOWN;
  }
}

/** The first characters of a text, without keeping the whole of it in memory as a slice does. */
function cut(text: string): string {
  return text.length <= MAX_LABEL_LENGTH
    ? text
    : Array.from({ length: MAX_LABEL_LENGTH }, (_, index) => text[index]).join('');
}

/** Makes a label value out of whatever the host passed: well-formed Unicode, of bounded length. */
export function labelValue(value: unknown): string {
  return cut(textOf(value)).replace(LONE_SURROGATE, '\ufffd');
}

/** Escapes a label value as the text format 0.0.4 asks: backslash, double quote and line feed. */
function escapeLabelValue(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

/** Puts label names and values together, rendered as `model_name="a",endpoint="/b"`. */
export function labelSet(names: readonly string[], values: readonly string[]): LabelSet {
  const text = names.map((name, index) => `${name}="${escapeLabelValue(values[index] ?? '')}"`);
  return { names, values, text: text.join(',') };
}
