import type { Millis } from '@bellwether/promql';
import type { ProtoReader } from '../bytes/proto-reader.ts';
import type { Steps } from '../bytes/steps.ts';
import { readLabel } from '../metrics/label-pair.ts';
import { readQuantile } from '../metrics/quantile.ts';
import { type ExemplarMessage, readExemplar } from './protobuf-exemplar.ts';
import { type HistogramMessage, readHistogram } from './protobuf-histogram.ts';
import { SeriesTextError } from './series-text.ts';

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

/** Bytes of what is read in one go, which must not take long. */
const LONGEST_PART = 2 ** 20;
/** Metrics that are passed over in a step. */
const STEP = 4096;

/** Reads a `MetricFamily` but for its metrics, and ends behind it. In steps. */
export function* readFamily(reader: ProtoReader, limit: number): Steps<FamilyMessage> {
  const end = reader.enter(limit);
  const family: FamilyMessage = { name: '', help: '', unit: '', type: 0, metrics: [] };
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x0a) family.name = shortText(reader, end);
    else if (tag === 0x12) family.help = shortText(reader, end);
    else if (tag === 0x18) family.type = reader.readVarint();
    else if (tag === 0x2a) family.unit = shortText(reader, end);
    else if (tag === 0x22) {
      family.metrics.push(reader.pos);
      reader.pos = reader.enter(end);
      if (family.metrics.length % STEP === 0) yield;
    } else reader.pass(tag, end);
  }
  reader.leave(end);
  return family;
}

/** @throws SeriesTextError when it is longer than a mebibyte. */
export function readMetric(reader: ProtoReader, limit: number): MetricMessage {
  const end = reader.enter(limit);
  checkLength(end - reader.pos);
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

function shortText(reader: ProtoReader, limit: number): string {
  const start = reader.pos;
  checkLength(reader.enter(limit) - reader.pos);
  reader.pos = start;
  return reader.text(limit);
}

function checkLength(bytes: number): void {
  if (bytes > LONGEST_PART)
    throw new SeriesTextError(`a metric or text is longer than ${LONGEST_PART} bytes`, 0);
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
