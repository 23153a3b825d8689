import type { Labels } from '@bellwether/promql';

/** A text that two label sets share exactly if they are equal. Labels of empty value do not count. */
export function labelKey(labels: Labels): string {
  const names = Object.keys(labels).filter((name) => labels[name] !== '');
  names.sort();
  return names.map((name) => `${name}\xff${labels[name]}`).join('\xff');
}

/** Labels with others set over them; an empty value removes the label. */
export function withLabels(labels: Labels, over: Labels): Labels {
  const all: Record<string, string> = {};
  for (const name of Object.keys(labels)) {
    if (labels[name] !== '' && !Object.hasOwn(over, name)) all[name] = labels[name]!;
  }
  for (const name of Object.keys(over)) {
    if (over[name] !== '') all[name] = over[name]!;
  }
  return all;
}

/** Labels without one. */
export function withoutLabel(labels: Labels, name: string): Labels {
  if (!Object.hasOwn(labels, name)) return labels;
  const { [name]: _, ...rest } = labels;
  return rest;
}
