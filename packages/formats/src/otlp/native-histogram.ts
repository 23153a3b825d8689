import { type Buckets, type FloatHistogram, histogram } from '@bellwether/promql';
import { customHistogram } from '../metrics/custom-histogram.ts';
import { COARSEST_SCHEMA, FINEST_SCHEMA, histogramProblem } from '../metrics/histogram-problem.ts';
import type { ExponentialBuckets, ExponentialPoint, HistogramPoint } from './messages.ts';

const LARGEST_SCALE = 20;
const ZERO_THRESHOLD = 1e-128;
const INT32 = 2 ** 31;

/** A point as a native histogram, or what is wrong with it. */
export type Native = FloatHistogram | { readonly problem: string };

/**
 * An exponential histogram as a native one. OpenTelemetry's bucket i reaches from base^i to base^(i+1), that of
 * Prometheus up to base^i; what is finer than Prometheus knows is merged.
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics compatibility", Exponential Histograms;
 * prometheus/prometheus, storage/remote/otlptranslator (default zero threshold).
 */
export function nativeOfExponential(point: ExponentialPoint): Native {
  const { scale, count, zeroCount, zeroThreshold, sum = 0 } = point;
  if (!Number.isInteger(scale) || scale < COARSEST_SCHEMA || scale > LARGEST_SCALE)
    return {
      problem: `its scale is ${scale}, and a native histogram can hold ${COARSEST_SCHEMA} to ${LARGEST_SCALE}`,
    };
  const mergedBits = Math.max(0, scale - FINEST_SCHEMA);
  const [positive, negative] = [point.positive, point.negative].map((side) =>
    nativeBuckets(side, 2 ** mergedBits),
  );
  if (positive === undefined || negative === undefined)
    return { problem: 'its buckets begin where no bucket can' };
  const native = histogram({
    schema: scale - mergedBits,
    count,
    sum,
    zeroCount,
    zeroThreshold: zeroThreshold > 0 ? zeroThreshold : ZERO_THRESHOLD,
    positive,
    negative,
  });
  return checked(native);
}

function nativeBuckets(
  { offset, counts }: ExponentialBuckets,
  merged: number,
): Buckets | undefined {
  if (!(Math.abs(offset) <= INT32)) return undefined;
  const indices: number[] = [];
  const sums: number[] = [];
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const index = Math.floor((offset + i) / merged) + 1;
    if (indices.at(-1) === index) sums[sums.length - 1]! += count;
    else {
      indices.push(index);
      sums.push(count);
    }
  }
  return { indices, counts: sums };
}

/** A histogram with listed bounds as a native one with custom buckets. */
export function nativeOfClassic(point: HistogramPoint): Native {
  return checked(customHistogram(point));
}

function checked(native: FloatHistogram): Native {
  const problem = histogramProblem(native, true);
  return problem === undefined ? native : { problem };
}
