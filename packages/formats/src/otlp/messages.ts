import type { Millis } from '@bellwether/promql';

/* OTLP's metrics as both encodings give them. Source: opentelemetry-proto, metrics/v1/metrics.proto. */

/** An attribute with its value as text: as a label carries it. */
export type Attribute = readonly [key: string, value: string];

export interface ResourceMetrics {
  readonly attributes: readonly Attribute[];
  readonly scopes: readonly ScopeMetrics[];
}

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: readonly Attribute[];
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly metrics: readonly Metric[];
}

export type Temporality = 'unspecified' | 'delta' | 'cumulative';

/** By the number of `AggregationTemporality`. */
export const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Undefined where the sender says nothing, or something newer than this file. */
  readonly data: MetricData | undefined;
}

export type MetricData =
  | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: 'sum';
      readonly points: readonly NumberPoint[];
      readonly temporality: Temporality;
      readonly monotonic: boolean;
    }
  | {
      readonly kind: 'histogram';
      readonly points: readonly HistogramPoint[];
      readonly temporality: Temporality;
    }
  | {
      readonly kind: 'exponential';
      readonly points: readonly ExponentialPoint[];
      readonly temporality: Temporality;
    }
  | { readonly kind: 'summary'; readonly points: readonly SummaryPoint[] };

interface Point {
  readonly attributes: readonly Attribute[];
  /** Since when a sum or histogram counts; 0 where the sender does not say. */
  readonly start: Millis;
  readonly time: Millis;
  /** The sender says that there is no value any more: what Prometheus calls stale. */
  readonly noValue: boolean;
}

export interface NumberPoint extends Point {
  /** NaN and `hasValue` false where the sender gives none. */
  readonly value: number;
  readonly hasValue: boolean;
  readonly exemplars: readonly PointExemplar[];
}

export interface HistogramPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  /** One more than bounds, or none at all. */
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly exemplars: readonly PointExemplar[];
}

export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly exemplars: readonly PointExemplar[];
}

export interface SummaryPoint extends Point {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface PointExemplar {
  readonly attributes: readonly Attribute[];
  readonly time: Millis;
  readonly value: number;
  /** Hexadecimal; empty where there is none. */
  readonly traceId: string;
  readonly spanId: string;
}
