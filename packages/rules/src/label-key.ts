import { type Labels, setLabel } from '@bellwether/promql';

/** Labels with others set over them; an empty value removes the label. */
export function withLabels(labels: Labels, over: Labels): Labels {
  const all: Record<string, string> = {};
  for (const name of Object.keys(labels)) {
    if (labels[name] !== '' && !Object.hasOwn(over, name)) setLabel(all, name, labels[name]!);
  }
  for (const name of Object.keys(over)) {
    if (over[name] !== '') setLabel(all, name, over[name]!);
  }
  return all;
}

/** Labels without one. */
export function withoutLabel(labels: Labels, name: string): Labels {
  if (!Object.hasOwn(labels, name)) return labels;
  const { [name]: _, ...rest } = labels;
  return rest;
}
