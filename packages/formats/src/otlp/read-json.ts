import { bytesOfBase64 } from '../bytes/binary-text.ts';
import { tooManyParts } from '../bytes/proto-reader.ts';
import { RequestError } from '../bytes/request-error.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import { type AttributeValue, attributeText } from './attribute-value.ts';
import { JsonFields } from './json-fields.ts';
import {
  type Attribute,
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type Metric,
  type MetricData,
  type NumberPoint,
  type PointExemplar,
  type ResourceMetrics,
  type ScopeMetrics,
  type SummaryPoint,
  TEMPORALITIES,
  type Temporality,
} from './messages.ts';
import { DEEPEST_ATTRIBUTE } from './read-attributes.ts';
import { NO_RECORDED_VALUE } from './read-points.ts';

/**
 * Reads `ExportMetricsServiceRequest` in its JSON encoding. Unknown fields are passed over.
 * Source: OTLP specification, "JSON Protobuf Encoding".
 * @throws RequestError 400 with the path of what is wrong, or 413.
 */
export function readJson(text: string, limits: ReceiveLimits): ResourceMetrics[] {
  checkParts(text, limits.parts / JSON_PART);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new RequestError(400, `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
  const samples = { limit: limits.samples, used: 0 };
  return new JsonFields(body, '', samples).objects('resourceMetrics').map((one) => ({
    attributes: attributes(one.object('resource'), 'attributes'),
    scopes: one.objects('scopeMetrics').map(scopeMetrics),
  }));
}

/** How many times more an empty object of JSON takes than an empty message, in length and in memory. */
const JSON_PART = 4;

/** Counts what opens an object or a list, before any of them takes memory. */
function checkParts(text: string, parts: number): void {
  if (text.length <= parts) return;
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit === 0x7b || unit === 0x5b) && ++found > parts) throw tooManyParts(parts);
  }
}

function scopeMetrics(fields: JsonFields): ScopeMetrics {
  const scope = fields.object('scope');
  return {
    scope: {
      name: scope.text('name'),
      version: scope.text('version'),
      schemaUrl: fields.text('schemaUrl'),
      attributes: attributes(scope, 'attributes'),
    },
    metrics: fields.objects('metrics').map(metric),
  };
}

function metric(fields: JsonFields): Metric {
  return {
    name: fields.text('name'),
    description: fields.text('description'),
    unit: fields.text('unit'),
    data: metricData(fields),
  };
}

function metricData(fields: JsonFields): MetricData | undefined {
  const points = <P>(name: string, read: (point: JsonFields) => P): P[] =>
    fields.object(name).samples('dataPoints').map(read);
  const temporality = (name: string): Temporality =>
    TEMPORALITIES[fields.object(name).integer('aggregationTemporality')] ?? 'unspecified';
  if (fields.has('gauge')) return { kind: 'gauge', points: points('gauge', numberPoint) };
  if (fields.has('sum'))
    return {
      kind: 'sum',
      points: points('sum', numberPoint),
      temporality: temporality('sum'),
      monotonic: fields.object('sum').boolean('isMonotonic'),
    };
  if (fields.has('histogram'))
    return {
      kind: 'histogram',
      points: points('histogram', histogramPoint),
      temporality: temporality('histogram'),
    };
  if (fields.has('exponentialHistogram'))
    return {
      kind: 'exponential',
      points: points('exponentialHistogram', exponentialPoint),
      temporality: temporality('exponentialHistogram'),
    };
  if (fields.has('summary')) return { kind: 'summary', points: points('summary', summaryPoint) };
  return undefined;
}

function pointBase(fields: JsonFields): {
  attributes: Attribute[];
  start: number;
  time: number;
  noValue: boolean;
} {
  return {
    attributes: attributes(fields, 'attributes'),
    start: fields.nanosAsMillis('startTimeUnixNano'),
    time: fields.nanosAsMillis('timeUnixNano'),
    noValue: (fields.integer('flags') & NO_RECORDED_VALUE) !== 0,
  };
}

function numberPoint(fields: JsonFields): NumberPoint {
  const hasValue = fields.has('asDouble') || fields.has('asInt');
  const value = fields.has('asDouble') ? fields.double('asDouble') : fields.integer('asInt');
  const exemplars = fields.objects('exemplars').map(exemplar);
  return { ...pointBase(fields), value: hasValue ? value : Number.NaN, hasValue, exemplars };
}

function histogramPoint(fields: JsonFields): HistogramPoint {
  return {
    ...pointBase(fields),
    count: fields.integer('count'),
    sum: fields.has('sum') ? fields.double('sum') : undefined,
    counts: fields.integers('bucketCounts'),
    bounds: fields.doubles('explicitBounds'),
    exemplars: fields.objects('exemplars').map(exemplar),
  };
}

function exponentialPoint(fields: JsonFields): ExponentialPoint {
  return {
    ...pointBase(fields),
    count: fields.integer('count'),
    sum: fields.has('sum') ? fields.double('sum') : undefined,
    scale: fields.integer('scale'),
    zeroCount: fields.integer('zeroCount'),
    zeroThreshold: fields.double('zeroThreshold'),
    positive: exponentialBuckets(fields.object('positive')),
    negative: exponentialBuckets(fields.object('negative')),
    exemplars: fields.objects('exemplars').map(exemplar),
  };
}

function exponentialBuckets(fields: JsonFields): ExponentialBuckets {
  return { offset: fields.integer('offset'), counts: fields.integers('bucketCounts') };
}

function summaryPoint(fields: JsonFields): SummaryPoint {
  return {
    ...pointBase(fields),
    count: fields.integer('count'),
    sum: fields.double('sum'),
    quantiles: fields.objects('quantileValues').map((one) => ({
      quantile: one.double('quantile'),
      value: one.double('value'),
    })),
  };
}

function exemplar(fields: JsonFields): PointExemplar {
  return {
    attributes: attributes(fields, 'filteredAttributes'),
    time: fields.nanosAsMillis('timeUnixNano'),
    value: fields.has('asDouble') ? fields.double('asDouble') : fields.integer('asInt'),
    traceId: fields.text('traceId').toLowerCase(),
    spanId: fields.text('spanId').toLowerCase(),
  };
}

function attributes(fields: JsonFields, name: string): Attribute[] {
  return fields
    .objects(name)
    .map((one): Attribute => [one.text('key'), attributeText(value(one.object('value'), 0))]);
}

function value(fields: JsonFields, depth: number): AttributeValue {
  if (depth > DEEPEST_ATTRIBUTE)
    throw new RequestError(400, `an attribute is nested more than ${DEEPEST_ATTRIBUTE} deep`);
  if (fields.has('stringValue')) return fields.text('stringValue');
  if (fields.has('boolValue')) return fields.boolean('boolValue');
  if (fields.has('intValue')) return fields.bigInteger('intValue');
  if (fields.has('doubleValue')) return fields.double('doubleValue');
  if (fields.has('bytesValue')) return bytesOfBase64(fields.text('bytesValue'));
  if (fields.has('arrayValue'))
    return fields
      .object('arrayValue')
      .objects('values')
      .map((one) => value(one, depth + 1));
  if (fields.has('kvlistValue'))
    return new Map(
      fields
        .object('kvlistValue')
        .objects('values')
        .map((one) => [one.text('key'), value(one.object('value'), depth + 1)]),
    );
  return null;
}
