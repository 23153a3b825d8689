import { PbfWriter } from 'pbf';
import { compress } from 'snappy';
import type { SentSeries } from './data.ts';

/** The halves of 0x7ff0000000000002, which a number of JavaScript cannot carry. */
const STALE_MARKER = [0x00000002, 0x7ff00000] as const;

/** Pushes series by remote write 1.0: prometheus/prometheus, prompb/remote.proto and types.proto. */
export async function push(url: string, series: readonly SentSeries[]): Promise<void> {
  const writer = new PbfWriter();
  for (const one of series) writer.writeMessage(1, writeSeries, one);
  const answer = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(await compress(Buffer.from(writer.finish()))),
  });
  if (!answer.ok) throw new Error(`${url} takes no samples: ${await answer.text()}`);
}

function writeSeries({ labels, samples }: SentSeries, writer: PbfWriter): void {
  for (const label of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    writer.writeMessage(1, writeLabel, label);
  for (const sample of samples) writer.writeMessage(2, writeSample, sample);
}

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeStringField(2, value);
}

function writeSample([time, value]: SentSeries['samples'][number], writer: PbfWriter): void {
  if (value === 'stale') {
    // The tag of field 1 as a value of 64 bits.
    writer.writeVarint(0x09);
    for (const half of STALE_MARKER) writer.writeFixed32(half);
  } else writer.writeDoubleField(1, value);
  writer.writeVarintField(2, time);
}
