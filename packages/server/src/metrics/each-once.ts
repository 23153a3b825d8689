import { type Labels, labelsKey, type Matcher, Slices, sorted } from '@bellwether/promql';

/** Of making a key of a series' labels. */
const LABELS_WORK = 16;

export type Matches = readonly (readonly Matcher[])[];

/** What any of the lists of matchers finds, each series once. Without a list it is all there is. */
export async function eachOnce<T extends { readonly labels: Labels }>(
  match: Matches,
  find: (matchers: readonly Matcher[]) => Promise<readonly T[]>,
  signal: AbortSignal,
): Promise<readonly T[]> {
  if (match.length <= 1) return find(match[0] ?? []);
  const slices = new Slices();
  // Most series are the same objects each time they are found, which is told at once.
  const seen = new Set<Labels>();
  const found = new Map<string, T>();
  for (const matchers of match) {
    signal.throwIfAborted();
    for (const one of await find(matchers)) {
      if (seen.has(one.labels)) continue;
      seen.add(one.labels);
      found.set(labelsKey(one.labels), one);
      if (slices.dueAfter(LABELS_WORK)) await slices.pause();
    }
    await slices.pause();
  }
  return [...found.values()];
}

/** All texts that any of the lists of matchers finds, in order. */
export async function sortedUnion(
  match: Matches,
  find: (matchers: readonly Matcher[]) => Promise<ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<string[]> {
  const slices = new Slices();
  const all = new Set<string>();
  for (const matchers of match.length === 0 ? [[]] : match) {
    signal.throwIfAborted();
    for (const text of await find(matchers)) {
      all.add(text);
      if (slices.dueAfter(1)) await slices.pause();
    }
  }
  return sorted([...all], (a, b) => (a < b ? -1 : a > b ? 1 : 0), slices);
}
