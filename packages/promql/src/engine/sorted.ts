import { compareText, type Labels, orderKey } from '../data/labels.ts';
import type { Slices } from './slices.ts';

const RUN = 256;
/** Of comparing two columns by their labels. */
const COMPARISON_WORK = 4;

/** Sorts as `toSorted` does, equals in the order they had, and lets others run in between. */
export async function sorted<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  slices: Slices,
): Promise<T[]> {
  if (items.length <= RUN) return items.toSorted(compare);
  let from: T[] = [];
  for (let start = 0; start < items.length; start += RUN) {
    for (const item of items.slice(start, start + RUN).sort(compare)) from.push(item);
    if (slices.dueAfter(8 * RUN * COMPARISON_WORK)) await slices.pause();
  }
  let to = new Array<T>(from.length);
  for (let width = RUN; width < from.length; width *= 2) {
    for (let low = 0; low < from.length; low += 2 * width) {
      const middle = Math.min(low + width, from.length);
      const high = Math.min(middle + width, from.length);
      let [a, b] = [low, middle];
      // Runs that follow each other already need no comparing.
      const inOrder = b === high || compare(from[b - 1]!, from[b]!) <= 0;
      for (let at = low; at < high; at++) {
        const left = a < middle && (b === high || inOrder || compare(from[a]!, from[b]!) <= 0);
        to[at] = left ? from[a++]! : from[b++]!;
        if (slices.dueAfter(COMPARISON_WORK)) await slices.pause();
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Of making a text of a series' labels. */
const LABELS_WORK = 16;

/** In Prometheus' order of label sets, for many: each set is prepared once, and not for longer. */
export async function sortedByLabels<T extends { readonly labels: Labels }>(
  items: readonly T[],
  slices: Slices,
): Promise<T[]> {
  const keyed: { readonly key: string; readonly item: T }[] = [];
  for (const item of items) {
    keyed.push({ key: orderKey(item.labels), item });
    if (slices.dueAfter(LABELS_WORK)) await slices.pause();
  }
  const inOrder = await sorted(keyed, (a, b) => compareText(a.key, b.key), slices);
  return inOrder.map(({ item }) => item);
}
