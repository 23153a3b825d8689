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

/** More names than labels have are not looked up one by one. */
const FEW_NAMES = 16;

/** The labels by which a series finds its partner, as a key. */
export function signatureOf(matching: VectorMatching): (labels: LabelSet) => string {
  if (!matching.on || matching.labels.length > FEW_NAMES) {
    const shared = matchLabels(matching);
    return (labels) => shared(labels).key;
  }
  const names = [...new Set(matching.labels)].sort();
  return (labels) => {
    let key = '';
    for (const name of names) key += keyPart(labels.get(name));
    return key;
  };
}

/** The labels two matching series share by definition. */
export function matchLabels(matching: VectorMatching): (labels: LabelSet) => LabelSet {
  const listed = new Set(matching.labels);
  if (matching.on) return (labels) => labels.filter((name) => listed.has(name));
  return (labels) => labels.filter((name) => name !== METRIC_NAME && !listed.has(name));
}
