/**
 * The quantile of values sorted ascending, NaN first, interpolated between neighbours.
 *
 * Special cases: no values, or q is NaN → NaN · q < 0 → -Inf · q > 1 → +Inf.
 */
function quantileOfSorted(q: number, sorted: ArrayLike<number>, length: number): number {
  if (length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

/** Sorts in place, ascending, NaN first: the order quantiles count in. */
function sortNaNFirst(values: Float64Array): Float64Array {
  values.sort();
  let nans = 0;
  while (nans < values.length && Number.isNaN(values[values.length - 1 - nans]!)) nans++;
  if (nans > 0) {
    values.copyWithin(nans, 0, values.length - nans);
    values.fill(Number.NaN, 0, nans);
  }
  return values;
}

export function quantile(q: number, values: Float64Array): number {
  return quantileOfSorted(q, sortNaNFirst(values), values.length);
}

/** Median of the absolute distances from the median; NaN where any value is. Writes over `values`. */
export function medianAbsoluteDeviation(values: Float64Array): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantile(0.5, values);
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]! - median);
  return quantile(0.5, values);
}
