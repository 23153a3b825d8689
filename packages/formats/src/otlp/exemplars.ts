import type { Labels } from '@bellwether/promql';
import type { ExemplarInput } from '../metrics/received.ts';
import type { PointExemplar } from './messages.ts';

const MOST_CHARACTERS = 128;

/**
 * An exemplar with its trace as labels, and its attributes where all fit into what OpenMetrics allows.
 * Source: OpenMetrics 1.0, Exemplars; OpenTelemetry specification, "Prometheus and OpenMetrics compatibility".
 */
export function exemplarInput(series: Labels, exemplar: PointExemplar): ExemplarInput {
  const { traceId, spanId, attributes, value, time } = exemplar;
  const ids: [string, string][] = [];
  if (/[^0]/.test(traceId)) ids.push(['trace_id', traceId]);
  if (/[^0]/.test(spanId)) ids.push(['span_id', spanId]);
  const all = [...attributes, ...ids];
  const characters = all.reduce((sum, [key, text]) => sum + [...key].length + [...text].length, 0);
  const kept = characters <= MOST_CHARACTERS ? all : ids;
  return { series, labels: Object.fromEntries(kept), value, time };
}
