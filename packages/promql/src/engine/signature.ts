import { keyPart, type LabelSet, METRIC_NAME } from '../data/labels.ts';
import type { VectorMatching } from '../syntax/ast.ts';

/** Without modifiers, all labels but the metric name have to agree. */
export const DEFAULT_MATCHING: VectorMatching = {
  card: 'one-to-one',
  on: false,
  labels: [],
  include: [],
  fillLeft: undefined,
  fillRight: undefined,
};

/** The labels by which a series finds its partner, as a key. */
export function signatureOf(matching: VectorMatching): (labels: LabelSet) => string {
  if (matching.on) {
    const names = [...new Set(matching.labels)].sort();
    return (labels) => {
      let key = '';
      for (const name of names) key += keyPart(labels.get(name));
      return key;
    };
  }
  return (labels) => matchLabels(labels, matching).key;
}

/** The labels two matching series share by definition. */
export function matchLabels(labels: LabelSet, matching: VectorMatching): LabelSet {
  const listed = new Set(matching.labels);
  return labels.filter((name) =>
    matching.on ? listed.has(name) : name !== METRIC_NAME && !listed.has(name),
  );
}
