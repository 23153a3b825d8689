import { PbfWriter } from 'pbf';
import { joinBytes } from '../bytes/bytes.ts';
import { writeText } from '../bytes/write-text.ts';
import { STALE_HIGH, STALE_LOW } from '../metrics/stale-marker.ts';

/*
 * The sender's side, for tests: both messages of remote write by the field numbers of prometheus/prometheus'
 * prompb/types.proto, prompb/remote.proto and prompb/io/prometheus/write/v2/types.proto.
 */

interface SentHistogram {
  readonly time: number;
  readonly count?: number;
  readonly countFloat?: number;
  readonly sum?: number;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly positiveSpans?: readonly (readonly [offset: number, length: number])[];
  readonly positiveDeltas?: number[];
  readonly positiveCounts?: number[];
  readonly negativeSpans?: readonly (readonly [offset: number, length: number])[];
  readonly negativeDeltas?: number[];
  readonly hint?: number;
  readonly customValues?: number[];
  readonly start?: number;
}

export interface SentSeries {
  /** Names and values as they are sent: nothing is sorted or checked. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** A stale marker where the value is `'stale'`. */
  readonly samples?: readonly (readonly [time: number, value: number | 'stale', start?: number])[];
  readonly histograms?: readonly SentHistogram[];
  readonly exemplars?: readonly {
    readonly labels: readonly (readonly [string, string])[];
    readonly value: number;
    readonly time: number;
  }[];
  /** Of 2.0 only. */
  readonly metadata?: { readonly type: number; readonly help: string; readonly unit: string };
  readonly created?: number;
}

export interface SentMetadata {
  readonly type: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
}

/** `prometheus.WriteRequest` */
export function encodeV1(
  series: readonly SentSeries[],
  metadata: readonly SentMetadata[] = [],
): Uint8Array {
  const writer = new PbfWriter();
  for (const one of series) writer.writeMessage(1, writeSeriesV1, one);
  for (const one of metadata) writer.writeMessage(3, writeMetadataV1, one);
  return writer.finish();
}

/** `io.prometheus.write.v2.Request` */
export function encodeV2(series: readonly SentSeries[]): Uint8Array {
  const symbols = new Map([['', 0]]);
  const ref = (text: string): number => {
    if (!symbols.has(text)) symbols.set(text, symbols.size);
    return symbols.get(text)!;
  };
  const body = new PbfWriter();
  for (const one of series)
    body.writeMessage(5, (sent, writer) => writeSeriesV2(sent, writer, ref), one);
  const head = new PbfWriter();
  for (const text of symbols.keys()) writeText(head, 4, text);
  return joinBytes([head.finish(), body.finish()]);
}

function writeSeriesV1(series: SentSeries, writer: PbfWriter): void {
  for (const label of series.labels) writer.writeMessage(1, writeLabel, label);
  for (const sample of series.samples ?? []) writer.writeMessage(2, writeSample, sample);
  for (const { labels, value, time } of series.exemplars ?? [])
    writer.writeMessage(
      3,
      (_, w) => {
        for (const label of labels) w.writeMessage(1, writeLabel, label);
        w.writeDoubleField(2, value);
        w.writeVarintField(3, time);
      },
      undefined,
    );
  for (const one of series.histograms ?? []) writer.writeMessage(4, writeHistogram, one);
}

function writeSeriesV2(series: SentSeries, writer: PbfWriter, ref: (text: string) => number): void {
  const refs = (labels: SentSeries['labels']): number[] => labels.flat().map(ref);
  writer.writePackedVarint(1, refs(series.labels));
  for (const sample of series.samples ?? []) writer.writeMessage(2, writeSample, sample);
  for (const one of series.histograms ?? []) writer.writeMessage(3, writeHistogram, one);
  for (const { labels, value, time } of series.exemplars ?? [])
    writer.writeMessage(
      4,
      (_, w) => {
        w.writePackedVarint(1, refs(labels));
        w.writeDoubleField(2, value);
        w.writeVarintField(3, time);
      },
      undefined,
    );
  const { metadata, created } = series;
  if (metadata !== undefined)
    writer.writeMessage(
      5,
      (_, w) => {
        w.writeVarintField(1, metadata.type);
        w.writeVarintField(3, ref(metadata.help));
        w.writeVarintField(4, ref(metadata.unit));
      },
      undefined,
    );
  if (created !== undefined) writer.writeVarintField(6, created);
}

function writeMetadataV1({ type, name, help, unit }: SentMetadata, writer: PbfWriter): void {
  writer.writeVarintField(1, type);
  writeText(writer, 2, name);
  writeText(writer, 4, help);
  writeText(writer, 5, unit);
}

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writeText(writer, 1, name);
  writeText(writer, 2, value);
}

function writeSample(
  [time, value, start]: readonly [time: number, value: number | 'stale', start?: number],
  writer: PbfWriter,
): void {
  if (value === 'stale') {
    // Tag of field 1 as a 64-bit value; a JS number cannot carry the marker.
    writer.writeVarint(0x09);
    writer.writeFixed32(STALE_LOW);
    writer.writeFixed32(STALE_HIGH);
  } else writer.writeDoubleField(1, value);
  writer.writeVarintField(2, time);
  if (start !== undefined) writer.writeVarintField(3, start);
}

function writeHistogram(h: SentHistogram, writer: PbfWriter): void {
  if (h.count !== undefined) writer.writeVarintField(1, h.count);
  if (h.countFloat !== undefined) writer.writeDoubleField(2, h.countFloat);
  writer.writeDoubleField(3, h.sum ?? 0);
  writer.writeSVarintField(4, h.schema ?? 0);
  writer.writeDoubleField(5, h.zeroThreshold ?? 0);
  if (h.countFloat === undefined) writer.writeVarintField(6, h.zeroCount ?? 0);
  else writer.writeDoubleField(7, h.zeroCount ?? 0);
  for (const span of h.negativeSpans ?? []) writer.writeMessage(8, writeSpan, span);
  writer.writePackedSVarint(9, h.negativeDeltas ?? []);
  for (const span of h.positiveSpans ?? []) writer.writeMessage(11, writeSpan, span);
  writer.writePackedSVarint(12, h.positiveDeltas ?? []);
  writer.writePackedDouble(13, h.positiveCounts ?? []);
  if (h.hint !== undefined) writer.writeVarintField(14, h.hint);
  writer.writeVarintField(15, h.time);
  writer.writePackedDouble(16, h.customValues ?? []);
  if (h.start !== undefined) writer.writeVarintField(17, h.start);
}

function writeSpan([offset, length]: readonly [number, number], writer: PbfWriter): void {
  writer.writeSVarintField(1, offset);
  writer.writeVarintField(2, length);
}
