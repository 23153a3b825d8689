/* The annotations histograms cause, in one place: texts are Prometheus' (util/annotations). */

import type { Span } from '../syntax/ast.ts';
import type { Annotations } from './annotations.ts';

export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

export function noteMixedFloats(annotations: Annotations, metric: string, at: Span): void {
  annotations.warn(
    `encountered a mix of histograms and floats for metric name ${JSON.stringify(metric)}`,
    at,
  );
}

export function noteMixedSchemas(annotations: Annotations, metric: string, at: Span): void {
  annotations.warn(
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${JSON.stringify(metric)}`,
    at,
  );
}

export function noteNotCounter(annotations: Annotations, metric: string, at: Span): void {
  annotations.warn(`this native histogram metric is not a counter: ${JSON.stringify(metric)}`, at);
}

export function noteNotGauge(annotations: Annotations, metric: string, at: Span): void {
  annotations.warn(`this native histogram metric is not a gauge: ${JSON.stringify(metric)}`, at);
}

export function noteResetCollision(
  annotations: Annotations,
  operation: HistogramOperation,
  at: Span,
): void {
  annotations.warn(`conflicting counter resets during histogram ${operation}`, at);
}

export function noteReconciled(
  annotations: Annotations,
  operation: HistogramOperation,
  at: Span,
): void {
  annotations.info(`mismatched custom buckets were reconciled during ${operation}`, at);
}
