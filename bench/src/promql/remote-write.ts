import type { SeriesColumns } from '@bellwether/promql';

/* Just enough of Prometheus' remote write protocol (1.0) to fill a Prometheus with samples. */

/** A growing buffer of protobuf fields. */
class Protobuf {
  #bytes = new Uint8Array(64);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.bytes);
    this.#bytes = larger;
  }

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  field(number: number, content: Uint8Array): void {
    this.varint(number * 8 + 2);
    this.varint(content.length);
    this.#reserve(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  /** Field 2 of a series: a sample, its own fields being the value and the time. */
  sample(value: number, time: number): void {
    this.#reserve(32);
    this.#bytes[this.#length++] = 2 * 8 + 2;
    const lengthAt = this.#length++;
    this.#bytes[this.#length++] = 1 * 8 + 1;
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    this.#bytes[this.#length++] = 2 * 8;
    this.varint(time);
    this.#bytes[lengthAt] = this.#length - lengthAt - 1;
  }
}

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
