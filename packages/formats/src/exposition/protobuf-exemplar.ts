import type { Millis } from '@bellwether/promql';
import type { ProtoReader } from '../bytes/proto-reader.ts';
import { readLabel } from '../metrics/label-pair.ts';

export interface ExemplarMessage {
  /** Names and values in turn. */
  readonly labels: readonly string[];
  readonly value: number;
  /** NaN where the target gave none. */
  readonly time: Millis;
}

/** Reads `Exemplar`. Source: prometheus/client_model, io/prometheus/client/metrics.proto. */
export function readExemplar(reader: ProtoReader, limit: number): ExemplarMessage {
  const end = reader.enter(limit);
  const labels: string[] = [];
  let [value, time] = [0, Number.NaN];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) readLabel(reader, end, labels);
    else if (tag === 0x11) value = reader.readDouble();
    else if (tag === 0x1a) time = readTimestamp(reader, end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { labels, value, time };
}

/** `google.protobuf.Timestamp` as milliseconds. */
function readTimestamp(reader: ProtoReader, limit: number): Millis {
  const end = reader.enter(limit);
  let [seconds, nanos] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) seconds = reader.readVarint(true);
    else if (tag === 0x10) nanos = reader.readVarint(true);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return seconds * 1000 + Math.trunc(nanos / 1_000_000);
}
