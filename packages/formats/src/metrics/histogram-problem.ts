import { type Buckets, CUSTOM_SCHEMA, type FloatHistogram, toSchema } from '@bellwether/promql';

/** The schemas there are with buckets that grow by a factor; those finer than the finest that is kept are made coarser. */
export const COARSEST_SCHEMA = -4;
export const FINEST_SCHEMA = 8;
const FINEST_THERE_IS = 52;

/** A histogram that was found to be right, in the schema it is kept in. */
export function asKept(h: FloatHistogram): FloatHistogram {
  return h.schema > FINEST_SCHEMA ? toSchema(h, FINEST_SCHEMA) : h;
}

/**
 * What is wrong with a native histogram from outside, in the words of a person; undefined when nothing is.
 * Source: prometheus.io, "Native Histograms", and the checks of Prometheus' own receiver.
 * @param integers Whether its counts are integers: then the buckets must add up to the count.
 */
export function histogramProblem(h: FloatHistogram, integers: boolean): string | undefined {
  if (h.schema === CUSTOM_SCHEMA) {
    const problem = customProblem(h);
    if (problem !== undefined) return problem;
  } else if (
    !Number.isInteger(h.schema) ||
    h.schema < COARSEST_SCHEMA ||
    h.schema > FINEST_THERE_IS
  )
    return `schema ${h.schema} is none: there are ${COARSEST_SCHEMA} to ${FINEST_THERE_IS}, and ${CUSTOM_SCHEMA} for custom buckets`;
  if (!(h.zeroThreshold >= 0)) return `its zero threshold is ${h.zeroThreshold}`;
  if (!(h.count >= 0)) return `its count is ${h.count}`;
  if (!(h.zeroCount >= 0)) return `its zero bucket counts ${h.zeroCount}`;
  const inside = total(h.positive) + total(h.negative) + h.zeroCount;
  if (Number.isNaN(inside)) return 'one of its buckets counts less than nothing';
  if (!integers) return undefined;
  // NaN observations are in no bucket.
  const fits = Number.isNaN(h.sum) ? inside <= h.count : inside === h.count;
  return fits ? undefined : `its buckets count ${inside} observations, and it says ${h.count}`;
}

function customProblem({
  customValues,
  positive,
  negative,
  ...h
}: FloatHistogram): string | undefined {
  if (negative.indices.length > 0 || h.zeroCount !== 0 || h.zeroThreshold !== 0)
    return 'with custom buckets there is no zero bucket and no negative side';
  for (let i = 1; i < customValues.length; i++)
    if (!(customValues[i]! > customValues[i - 1]!)) return 'its custom bounds do not ascend';
  if (customValues.some((bound) => !Number.isFinite(bound))) return 'a custom bound is not finite';
  const first = positive.indices[0] ?? 0;
  const last = positive.indices.at(-1) ?? 0;
  if (first < 0 || last > customValues.length)
    return `it has ${customValues.length} custom bounds, and a bucket beyond them`;
  return undefined;
}

/** NaN where a count is no count. */
function total({ counts }: Buckets): number {
  let sum = 0;
  for (const count of counts) sum += count >= 0 ? count : Number.NaN;
  return sum;
}
