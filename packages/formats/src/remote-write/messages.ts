import type { Millis } from '@bellwether/promql';
import type { ProtoReader } from '../bytes/proto-reader.ts';
import type { PushedMetadata, PushedMetricType, Received } from '../metrics/received.ts';
import { nothingReceived } from '../metrics/received.ts';
import type { SampleInput } from '../metrics/samples.ts';

/** A remote write request, read. What is counted is what was handed on; refusals count samples. */
export interface WriteRequest extends Received {
  samples: number;
  histograms: number;
}

export function emptyRequest(): WriteRequest {
  return { ...nothingReceived(), samples: 0, histograms: 0 };
}

/** `MetricType` of both messages, by number. */
const TYPES: readonly PushedMetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

export function metricType(number: number): PushedMetricType {
  return TYPES[number] ?? 'unknown';
}

/** Keeps the first thing said of a metric that says anything. */
export function addMetadata(request: WriteRequest, name: string, metadata: PushedMetadata): void {
  const { type, help, unit } = metadata;
  if (name === '' || (type === 'unknown' && help === '' && unit === '')) return;
  if (!request.metadata.has(name)) request.metadata.set(name, metadata);
}

/** Where the start of a sample was last read. */
export interface StartHolder {
  start: Millis;
}

/**
 * Reads `Sample`, which is the same message in 1.0 and 2.0 but for the start of 2.0; that goes into `holder`.
 * Source: prometheus/prometheus, prompb/types.proto; "Remote-Write 2.0 specification".
 */
export function readSample(reader: ProtoReader, limit: number, holder: StartHolder): SampleInput {
  const end = reader.enter(limit);
  let [value, time, stale] = [0, 0, false];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x09) {
      // 1 value
      value = reader.readDouble();
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest way to ask for NaN, in the hottest loop
      if (value !== value) {
        reader.pos -= 8;
        stale = reader.staleAhead;
        reader.pos += 8;
      }
    } else if (tag === 0x10) time = reader.readVarint(true);
    else if (tag === 0x18) holder.start = reader.readVarint(true);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return stale ? { time, value: Number.NaN, stale } : { time, value };
}
