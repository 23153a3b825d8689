import type { FloatHistogram, SeriesColumns } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';

/** Older and newer parts of the same series put end to end; parts do not overlap. */
export function joinColumns(
  older: readonly SeriesColumns[],
  newer: readonly SeriesColumns[],
): SeriesColumns[] {
  const tails = new Map(newer.map((series) => [labelsKey(series.labels), series]));
  const joined = older.map((head) => {
    const key = labelsKey(head.labels);
    const tail = tails.get(key);
    if (tail === undefined) return head;
    tails.delete(key);
    return concat(head, tail);
  });
  return [...joined, ...tails.values()];
}

function concat(a: SeriesColumns, b: SeriesColumns): SeriesColumns {
  const length = a.times.length + b.times.length;
  const times = new Float64Array(length);
  times.set(a.times);
  times.set(b.times, a.times.length);
  const values = new Float64Array(length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  const joined: SeriesColumns = {
    labels: a.labels,
    times,
    values,
    ...(a.histograms === undefined && b.histograms === undefined
      ? {}
      : { histograms: [...histogramsOf(a), ...histogramsOf(b)] }),
    ...(a.weights === undefined && b.weights === undefined ? {} : { weights: weightsOf(a, b) }),
  };
  if (a.stale === undefined && b.stale === undefined) return joined;
  const stale = new Uint8Array((length + 7) >> 3);
  copyBits(a.stale, a.times.length, stale, 0);
  copyBits(b.stale, b.times.length, stale, a.times.length);
  return { ...joined, stale };
}

function histogramsOf(series: SeriesColumns): readonly (FloatHistogram | undefined)[] {
  return series.histograms ?? new Array<undefined>(series.times.length).fill(undefined);
}

function weightsOf(a: SeriesColumns, b: SeriesColumns): Float64Array {
  const weights = new Float64Array(a.times.length + b.times.length).fill(1);
  if (a.weights !== undefined) weights.set(a.weights);
  if (b.weights !== undefined) weights.set(b.weights, a.times.length);
  return weights;
}

function copyBits(
  from: Uint8Array | undefined,
  count: number,
  to: Uint8Array,
  offset: number,
): void {
  if (from === undefined) return;
  for (let i = 0; i < count; i++)
    if ((from[i >> 3]! & (1 << (i & 7))) !== 0) to[(i + offset) >> 3]! |= 1 << ((i + offset) & 7);
}
