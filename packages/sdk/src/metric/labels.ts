import type { LabelSet } from './family.ts';

/** Longer label values are cut here: a class name or an endpoint is never that long, an accident is. */
const MAX_LABEL_LENGTH = 200;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Makes a label value out of whatever the host passed: well-formed Unicode, of bounded length. */
export function labelValue(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  return text.slice(0, MAX_LABEL_LENGTH).replace(LONE_SURROGATE, '\ufffd');
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
