import type { SeriesColumns } from '@bellwether/promql';
import { Protobuf } from '../protobuf.ts';

/* Just enough of Prometheus' remote write protocol (1.0) to fill a Prometheus with samples. */

/** Sends samples `from ≤ i < to` of each series to a remote write receiver. */
export async function remoteWrite(
  url: string,
  series: readonly SeriesColumns[],
  from: number,
  to: number,
): Promise<void> {
  const request = new Protobuf();
  const encoder = new TextEncoder();
  for (const { labels, times, values } of series) {
    const one = new Protobuf();
    for (const name of Object.keys(labels).sort()) {
      const label = new Protobuf();
      label.field(1, encoder.encode(name));
      label.field(2, encoder.encode(labels[name]!));
      one.field(1, label.bytes);
    }
    for (let i = from; i < Math.min(to, times.length); i++) {
      one.sample(values[i]!, times[i]!);
    }
    request.field(1, one.bytes);
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappyLiteral(request.bytes),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
}

/** Snappy's block format without compression: the length, then literals of at most 64 KiB. */
function snappyLiteral(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Protobuf();
  header.varint(bytes.length);
  const chunk = 65_536;
  const chunks = Math.ceil(bytes.length / chunk);
  const out = new Uint8Array(header.bytes.length + bytes.length + chunks * 3);
  out.set(header.bytes);
  let at = header.bytes.length;
  for (let start = 0; start < bytes.length; start += chunk) {
    const part = bytes.subarray(start, start + chunk);
    out[at++] = 61 << 2;
    out[at++] = (part.length - 1) & 255;
    out[at++] = (part.length - 1) >> 8;
    out.set(part, at);
    at += part.length;
  }
  return out;
}
