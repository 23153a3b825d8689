import { HistogramSum, overflows } from './arithmetic.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** A sum or mean of histograms, and whether different custom bounds had to be reconciled for it. */
export interface Combined {
  readonly value: FloatHistogram;
  readonly boundsReconciled: boolean;
}

/**
 * The compensated sum of histograms in order; `{ failedAt }` names the first that has exponential
 * buckets where those before have custom ones, or the other way round.
 */
export function sumHistograms(
  histograms: readonly FloatHistogram[],
): Combined | { readonly failedAt: number } {
  let total = HistogramSum.of(histograms[0]!);
  let boundsReconciled = false;
  for (let k = 1; k < histograms.length; k++) {
    const next = total.plus(histograms[k]!);
    if (next === undefined) return { failedAt: k };
    boundsReconciled ||= next.boundsReconciled;
    total = next.total;
  }
  return { value: total.value, boundsReconciled };
}

/** The compensated mean; where the sum would overflow, the mean is carried on from there. */
export function meanOfHistograms(
  histograms: readonly FloatHistogram[],
): Combined | { readonly failedAt: number } {
  let total = HistogramSum.of(histograms[0]!);
  let incremental = false;
  let boundsReconciled = false;
  for (let k = 1; k < histograms.length; k++) {
    const count = k + 1;
    let next = incremental ? undefined : total.plus(histograms[k]!);
    if (!incremental && next !== undefined && overflows(next.total.sum)) {
      incremental = true;
      total = total.dividedBy(count - 1);
    }
    if (incremental) {
      const one = HistogramSum.of(histograms[k]!).dividedBy(count).sum;
      next = total.times((count - 1) / count).plus(one);
    }
    if (next === undefined) return { failedAt: k };
    boundsReconciled ||= next.boundsReconciled;
    total = next.total;
  }
  const { value } = incremental ? total : total.dividedBy(histograms.length);
  return { value, boundsReconciled };
}

/** Some histograms say they were reset and others that they were not. */
export function hintsCollide(histograms: readonly FloatHistogram[]): boolean {
  return (
    histograms.some((one) => one.hint === 'reset') &&
    histograms.some((one) => one.hint === 'not_reset')
  );
}
