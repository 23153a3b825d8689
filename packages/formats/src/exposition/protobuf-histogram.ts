import type { ProtoReader } from '../bytes/proto-reader.ts';
import { emptySide, type HistogramSide, readSpan } from '../metrics/histogram-buckets.ts';
import { type ExemplarMessage, readExemplar } from './protobuf-exemplar.ts';

interface BucketMessage {
  readonly upperBound: number;
  /** Cumulative. */
  readonly count: number;
  readonly exemplar: ExemplarMessage | undefined;
}

/** A histogram with its classic and its native face. */
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

/** Reads `Histogram`. Source: prometheus/client_model, io/prometheus/client/metrics.proto. */
export function readHistogram(reader: ProtoReader, limit: number): HistogramMessage {
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
