import { PbfWriter } from 'pbf';
import { writeText } from '../bytes/write-text.ts';

/*
 * The target's side of the protobuf exposition, for tests.
 * Source: prometheus/client_model, io/prometheus/client/metrics.proto.
 */

interface SentExemplar {
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  /** Unix milliseconds. */
  readonly time?: number;
}

interface SentNative {
  readonly schema: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly zeroCountFloat?: number;
  readonly positiveSpans?: readonly (readonly [offset: number, length: number])[];
  readonly positiveDeltas?: readonly number[];
  readonly positiveCounts?: readonly number[];
  readonly negativeSpans?: readonly (readonly [offset: number, length: number])[];
  readonly negativeDeltas?: readonly number[];
  readonly exemplars?: readonly SentExemplar[];
}

interface SentHistogram {
  readonly count?: number;
  readonly countFloat?: number;
  readonly sum: number;
  readonly buckets?: readonly (readonly [
    upperBound: number,
    count: number,
    exemplar?: SentExemplar,
  ])[];
  readonly native?: SentNative;
}

interface SentMetric {
  readonly labels?: readonly (readonly [string, string])[];
  readonly time?: number;
  readonly gauge?: number;
  readonly counter?: number;
  readonly untyped?: number;
  readonly exemplar?: SentExemplar;
  readonly summary?: {
    readonly count: number;
    readonly sum: number;
    readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  };
  readonly histogram?: SentHistogram;
}

export interface SentFamily {
  readonly name: string;
  readonly help?: string;
  readonly unit?: string;
  /** 0 counter, 1 gauge, 2 summary, 3 untyped, 4 histogram, 5 gauge histogram. */
  readonly type: number;
  readonly metrics: readonly SentMetric[];
}

/** `MetricFamily` messages, each with its length before it. */
export function encodeFamilies(families: readonly SentFamily[]): Uint8Array {
  const body = new PbfWriter();
  for (const family of families) body.writeBytes(encodeFamily(family));
  return body.finish();
}

function encodeFamily({ name, help = '', unit = '', type, metrics }: SentFamily): Uint8Array {
  const writer = new PbfWriter();
  writeText(writer, 1, name);
  if (help !== '') writeText(writer, 2, help);
  writer.writeVarintField(3, type);
  for (const metric of metrics) writer.writeMessage(4, writeMetric, metric);
  if (unit !== '') writer.writeStringField(5, unit);
  return writer.finish();
}

function writeMetric(metric: SentMetric, writer: PbfWriter): void {
  for (const label of metric.labels ?? []) writer.writeMessage(1, writeLabel, label);
  const { gauge, counter, untyped, summary, histogram, exemplar, time } = metric;
  if (gauge !== undefined) writer.writeMessage(2, (v, w) => w.writeDoubleField(1, v), gauge);
  if (counter !== undefined)
    writer.writeMessage(
      3,
      (v, w) => {
        w.writeDoubleField(1, v);
        if (exemplar !== undefined) w.writeMessage(2, writeExemplar, exemplar);
        w.writeMessage(3, writeTimestamp, 1_600_000_000_000);
      },
      counter,
    );
  if (summary !== undefined) writer.writeMessage(4, writeSummary, summary);
  if (untyped !== undefined) writer.writeMessage(5, (v, w) => w.writeDoubleField(1, v), untyped);
  if (time !== undefined) writer.writeVarintField(6, time);
  if (histogram !== undefined) writer.writeMessage(7, writeHistogram, histogram);
}

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writeText(writer, 1, name);
  writeText(writer, 2, value);
}

function writeSummary(summary: NonNullable<SentMetric['summary']>, writer: PbfWriter): void {
  writer.writeVarintField(1, summary.count);
  writer.writeDoubleField(2, summary.sum);
  for (const pair of summary.quantiles)
    writer.writeMessage(
      3,
      ([quantile, value], w) => {
        w.writeDoubleField(1, quantile);
        w.writeDoubleField(2, value);
      },
      pair,
    );
}

function writeHistogram(h: SentHistogram, writer: PbfWriter): void {
  if (h.count !== undefined) writer.writeVarintField(1, h.count);
  writer.writeDoubleField(2, h.sum);
  for (const bucket of h.buckets ?? [])
    writer.writeMessage(
      3,
      ([upperBound, count, exemplar], w) => {
        w.writeVarintField(1, count);
        w.writeDoubleField(2, upperBound);
        if (exemplar !== undefined) w.writeMessage(3, writeExemplar, exemplar);
      },
      bucket,
    );
  if (h.countFloat !== undefined) writer.writeDoubleField(4, h.countFloat);
  if (h.native !== undefined) writeNative(h.native, writer);
}

function writeNative(native: SentNative, writer: PbfWriter): void {
  writer.writeSVarintField(5, native.schema);
  writer.writeDoubleField(6, native.zeroThreshold ?? 0);
  if (native.zeroCount !== undefined) writer.writeVarintField(7, native.zeroCount);
  if (native.zeroCountFloat !== undefined) writer.writeDoubleField(8, native.zeroCountFloat);
  for (const span of native.negativeSpans ?? []) writer.writeMessage(9, writeSpan, span);
  writer.writePackedSVarint(10, [...(native.negativeDeltas ?? [])]);
  for (const span of native.positiveSpans ?? []) writer.writeMessage(12, writeSpan, span);
  writer.writePackedSVarint(13, [...(native.positiveDeltas ?? [])]);
  writer.writePackedDouble(14, [...(native.positiveCounts ?? [])]);
  for (const one of native.exemplars ?? []) writer.writeMessage(16, writeExemplar, one);
}

function writeSpan([offset, length]: readonly [number, number], writer: PbfWriter): void {
  writer.writeSVarintField(1, offset);
  writer.writeVarintField(2, length);
}

function writeExemplar({ labels, value, time }: SentExemplar, writer: PbfWriter): void {
  for (const label of labels) writer.writeMessage(1, writeLabel, label);
  writer.writeDoubleField(2, value);
  if (time !== undefined) writer.writeMessage(3, writeTimestamp, time);
}

function writeTimestamp(time: number, writer: PbfWriter): void {
  writer.writeVarintField(1, Math.floor(time / 1000));
  writer.writeVarintField(2, (time % 1000) * 1_000_000);
}
