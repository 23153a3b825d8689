import { type ProtoReader, readMessage } from '../bytes/proto-reader.ts';
import { RequestError } from '../bytes/request-error.ts';
import type { ReceiveLimits } from '../metrics/limits.ts';
import type {
  Attribute,
  Metric,
  MetricData,
  ResourceMetrics,
  ScopeMetrics,
  Temporality,
} from './messages.ts';
import { TEMPORALITIES } from './messages.ts';
import { readAttribute } from './read-attributes.ts';
import {
  readExponentialPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './read-points.ts';

/**
 * Reads `ExportMetricsServiceRequest` in its binary encoding.
 * Source: opentelemetry-proto, collector/metrics/v1/metrics_service.proto, metrics/v1/metrics.proto.
 * @throws RequestError 400 or 413
 */
export function readProtobuf(bytes: Uint8Array, limits: ReceiveLimits): ResourceMetrics[] {
  const read = (reader: ProtoReader, end: number): ResourceMetrics[] => {
    const resources: ResourceMetrics[] = [];
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag === 0x0a) resources.push(readResourceMetrics(reader, end));
      else reader.pass(tag, end);
    }
    if (reader.invalidText) throw new RequestError(400, 'the body has text that is not UTF-8');
    return resources;
  };
  return readMessage(bytes, read, limits);
}

function readResourceMetrics(reader: ProtoReader, limit: number): ResourceMetrics {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  const scopes: ScopeMetrics[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) readResource(reader, end, attributes);
    else if (tag === 0x12) scopes.push(readScopeMetrics(reader, end));
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { attributes, scopes };
}

function readResource(reader: ProtoReader, limit: number, attributes: Attribute[]): void {
  const end = reader.enter(limit);
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) attributes.push(readAttribute(reader, end));
    else reader.pass(tag, end);
  }
  reader.leave(end);
}

function readScopeMetrics(reader: ProtoReader, limit: number): ScopeMetrics {
  const end = reader.enter(limit);
  const scope = { name: '', version: '', schemaUrl: '', attributes: [] as Attribute[] };
  const metrics: Metric[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) readScope(reader, end, scope);
    else if (tag === 0x12) metrics.push(readMetric(reader, end));
    else if (tag === 0x1a) scope.schemaUrl = reader.text(end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { scope, metrics };
}

function readScope(
  reader: ProtoReader,
  limit: number,
  scope: { name: string; version: string; attributes: Attribute[] },
): void {
  const end = reader.enter(limit);
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) scope.name = reader.text(end);
    else if (tag === 0x12) scope.version = reader.text(end);
    else if (tag === 0x1a) scope.attributes.push(readAttribute(reader, end));
    else reader.pass(tag, end);
  }
  reader.leave(end);
}

function readMetric(reader: ProtoReader, limit: number): Metric {
  const end = reader.enter(limit);
  let [name, description, unit] = ['', '', ''];
  let data: MetricData | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a: // 1 name
        name = reader.text(end);
        break;
      case 0x12: // 2 description
        description = reader.text(end);
        break;
      case 0x1a: // 3 unit
        unit = reader.text(end);
        break;
      case 0x2a: // 5 gauge
        data = { kind: 'gauge', points: readData(reader, end, readNumberPoint).points };
        break;
      case 0x3a: // 7 sum
        data = { kind: 'sum', ...readData(reader, end, readNumberPoint) };
        break;
      case 0x4a: // 9 histogram
        data = { kind: 'histogram', ...readData(reader, end, readHistogramPoint) };
        break;
      case 0x52: // 10 exponential_histogram
        data = { kind: 'exponential', ...readData(reader, end, readExponentialPoint) };
        break;
      case 0x5a: // 11 summary
        data = { kind: 'summary', points: readData(reader, end, readSummaryPoint).points };
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  return { name, description, unit, data };
}

/** `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` and `Summary` number what they share alike. */
function readData<P>(
  reader: ProtoReader,
  limit: number,
  readPoint: (reader: ProtoReader, limit: number) => P,
): { points: P[]; temporality: Temporality; monotonic: boolean } {
  const end = reader.enter(limit);
  const points: P[] = [];
  let temporality: Temporality = 'unspecified';
  let monotonic = false;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.admitSample();
      points.push(readPoint(reader, end));
    } else if (tag === 0x10) temporality = TEMPORALITIES[reader.readVarint()] ?? 'unspecified';
    else if (tag === 0x18) monotonic = reader.readBoolean();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { points, temporality, monotonic };
}
