import type { Millis } from '@bellwether/promql';
import { emptySide, type HistogramSide, readSpan } from '../wire/histogram-buckets.ts';
import { readLabel } from '../wire/label-pair.ts';
import type { ProtoReader } from '../wire/proto-reader.ts';

/*
 * The messages of Prometheus' protobuf exposition, read as they are; what becomes of them is in protobuf.ts.
 * Source: prometheus/client_model, io/prometheus/client/metrics.proto.
 */

export interface FamilyMessage {
  name: string;
  help: string;
  unit: string;
  /** `MetricType` by number. */
  type: number;
  /** Where its metrics stand: they are to be read once all of the above is known. */
  readonly metrics: number[];
}

export interface ExemplarMessage {
  /** Names and values in turn. */
  readonly labels: readonly string[];
  readonly value: number;
  /** NaN where the target gave none. */
  readonly time: Millis;
}

/** `Counter`, `Gauge` and `Untyped`, which differ in the exemplar only. */
interface NumberMessage {
  readonly value: number;
  readonly exemplar: ExemplarMessage | undefined;
}

interface SummaryMessage {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

interface BucketMessage {
  readonly upperBound: number;
  /** Cumulative. */
  readonly count: number;
  readonly exemplar: ExemplarMessage | undefined;
}

export interface HistogramMessage {
  count: number;
  /** Stands for `count` where it is above 0, as the other float does for its integer. */
  countFloat: number;
  sum: number;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  zeroCountFloat: number;
  readonly buckets: BucketMessage[];
  readonly positive: HistogramSide;
  readonly negative: HistogramSide;
  readonly exemplars: ExemplarMessage[];
}

/** One `Metric`; of its values the one counts that the family's type asks for. */
export interface MetricMessage {
  readonly labels: string[];
  /** NaN where the target gave none; 0 cannot be told from none, as in Prometheus. */
  time: Millis;
  gauge?: NumberMessage;
  counter?: NumberMessage;
  untyped?: NumberMessage;
  summary?: SummaryMessage;
  histogram?: HistogramMessage;
}

/** Reads a `MetricFamily` but for its metrics, and ends behind it. */
export function readFamily(reader: ProtoReader, limit: number): FamilyMessage {
  const end = reader.enter(limit);
  const family: FamilyMessage = { name: '', help: '', unit: '', type: 0, metrics: [] };
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) family.name = reader.text(end);
    else if (tag === 0x12) family.help = reader.text(end);
    else if (tag === 0x18) family.type = reader.readVarint();
    else if (tag === 0x2a) family.unit = reader.text(end);
    else if (tag === 0x22) {
      family.metrics.push(reader.pos);
      reader.pos = reader.enter(end);
    } else reader.pass(tag, end);
  }
  reader.leave(end);
  return family;
}

export function readMetric(reader: ProtoReader, limit: number): MetricMessage {
  const end = reader.enter(limit);
  const metric: MetricMessage = { labels: [], time: Number.NaN };
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) readLabel(reader, end, metric.labels);
    else if (tag === 0x12) metric.gauge = readNumber(reader, end);
    else if (tag === 0x1a) metric.counter = readNumber(reader, end);
    else if (tag === 0x22) metric.summary = readSummary(reader, end);
    else if (tag === 0x2a) metric.untyped = readNumber(reader, end);
    else if (tag === 0x30) metric.time = reader.readVarint(true) || Number.NaN;
    else if (tag === 0x3a) metric.histogram = readHistogram(reader, end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return metric;
}

function readNumber(reader: ProtoReader, limit: number): NumberMessage {
  const end = reader.enter(limit);
  let value = 0;
  let exemplar: ExemplarMessage | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x09) value = reader.readDouble();
    else if (tag === 0x12) exemplar = readExemplar(reader, end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { value, exemplar };
}

function readSummary(reader: ProtoReader, limit: number): SummaryMessage {
  const end = reader.enter(limit);
  let [count, sum] = [0, 0];
  const quantiles: { quantile: number; value: number }[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) count = reader.readVarint();
    else if (tag === 0x11) sum = reader.readDouble();
    else if (tag === 0x1a) quantiles.push(readQuantile(reader, end));
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { count, sum, quantiles };
}

function readQuantile(reader: ProtoReader, limit: number): { quantile: number; value: number } {
  const end = reader.enter(limit);
  let [quantile, value] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x09) quantile = reader.readDouble();
    else if (tag === 0x11) value = reader.readDouble();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { quantile, value };
}

function readHistogram(reader: ProtoReader, limit: number): HistogramMessage {
  const end = reader.enter(limit);
  const h: HistogramMessage = {
    count: 0,
    countFloat: 0,
    sum: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    zeroCountFloat: 0,
    buckets: [],
    positive: emptySide(),
    negative: emptySide(),
    exemplars: [],
  };
  while (reader.pos < end) readHistogramField(reader, end, h);
  reader.leave(end);
  return h;
}

function readHistogramField(reader: ProtoReader, end: number, h: HistogramMessage): void {
  const tag = reader.tag();
  switch (tag) {
    case 0x08: // 1 sample_count
      h.count = reader.readVarint();
      return;
    case 0x11: // 2 sample_sum
      h.sum = reader.readDouble();
      return;
    case 0x1a: // 3 bucket
      h.buckets.push(readBucket(reader, end));
      return;
    case 0x21: // 4 sample_count_float
      h.countFloat = reader.readDouble();
      return;
    case 0x28: // 5 schema
      h.schema = reader.readSVarint();
      return;
    case 0x31: // 6 zero_threshold
      h.zeroThreshold = reader.readDouble();
      return;
    case 0x38: // 7 zero_count
      h.zeroCount = reader.readVarint();
      return;
    case 0x41: // 8 zero_count_float
      h.zeroCountFloat = reader.readDouble();
      return;
    case 0x4a: // 9 negative_span
      h.negative.spans.push(readSpan(reader, end));
      return;
    case 0x50: // 10 negative_delta
    case 0x52:
      reader.signedVarints(tag, h.negative.deltas, end);
      return;
    case 0x59: // 11 negative_count
    case 0x5a:
      reader.doubles(tag, h.negative.counts, end);
      return;
    case 0x62: // 12 positive_span
      h.positive.spans.push(readSpan(reader, end));
      return;
    case 0x68: // 13 positive_delta
    case 0x6a:
      reader.signedVarints(tag, h.positive.deltas, end);
      return;
    case 0x71: // 14 positive_count
    case 0x72:
      reader.doubles(tag, h.positive.counts, end);
      return;
    case 0x82: // 16 exemplars
      h.exemplars.push(readExemplar(reader, end));
      return;
    default:
      reader.pass(tag, end);
  }
}

function readBucket(reader: ProtoReader, limit: number): BucketMessage {
  const end = reader.enter(limit);
  let [count, countFloat, upperBound] = [0, 0, 0];
  let exemplar: ExemplarMessage | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) count = reader.readVarint();
    else if (tag === 0x11) upperBound = reader.readDouble();
    else if (tag === 0x1a) exemplar = readExemplar(reader, end);
    else if (tag === 0x21) countFloat = reader.readDouble();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { upperBound, count: countFloat > 0 ? countFloat : count, exemplar };
}

function readExemplar(reader: ProtoReader, limit: number): ExemplarMessage {
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
