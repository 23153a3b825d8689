import { Protobuf } from '../protobuf.ts';

export interface PushedSeries {
  /** As they are sent: nothing is sorted or checked. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly time: number;
  readonly value: number;
}

export interface PushedMetadata {
  readonly name: string;
  readonly help: string;
}

/** A request of remote write 1.0, whatever a receiver makes of it. Source: prometheus/prometheus prompb/types.proto. */
export function writeRequest(
  series: readonly PushedSeries[],
  metadata: readonly PushedMetadata[] = [],
): Uint8Array {
  const encoder = new TextEncoder();
  const request = new Protobuf();
  for (const { labels, time, value } of series) {
    const one = new Protobuf();
    for (const [name, text] of labels) {
      const label = new Protobuf();
      label.field(1, encoder.encode(name));
      label.field(2, encoder.encode(text));
      one.field(1, label.bytes);
    }
    one.sample(value, time);
    request.field(1, one.bytes);
  }
  for (const { name, help } of metadata) {
    const about = new Protobuf();
    about.field(2, encoder.encode(name));
    about.field(4, encoder.encode(help));
    request.field(3, about.bytes);
  }
  return request.bytes;
}
