import type { ProtoReader } from '../wire/proto-reader.ts';
import { readQuantile } from '../wire/quantile.ts';
import type {
  Attribute,
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  PointExemplar,
  SummaryPoint,
} from './messages.ts';
import { readAttribute } from './read-attributes.ts';

/* The data points of opentelemetry-proto, metrics/v1/metrics.proto; the case labels are `field << 3 | wire type`. */

/** Bit of `DataPointFlags`. */
export const NO_RECORDED_VALUE = 1;

export function readNumberPoint(reader: ProtoReader, limit: number): NumberPoint {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  const exemplars: PointExemplar[] = [];
  let [start, time, value, hasValue, flags] = [0, 0, Number.NaN, false, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11: // 2 start_time_unix_nano
        start = reader.nanosAsMillis();
        break;
      case 0x19: // 3 time_unix_nano
        time = reader.nanosAsMillis();
        break;
      case 0x21: // 4 as_double
        value = reader.readDouble();
        hasValue = true;
        break;
      case 0x2a: // 5 exemplars
        exemplars.push(readExemplar(reader, end));
        break;
      case 0x31: // 6 as_int
        value = reader.readSFixed64();
        hasValue = true;
        break;
      case 0x3a: // 7 attributes
        attributes.push(readAttribute(reader, end));
        break;
      case 0x40: // 8 flags
        flags = reader.readVarint();
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  const noValue = (flags & NO_RECORDED_VALUE) !== 0;
  return { attributes, start, time, value, hasValue, noValue, exemplars };
}

export function readHistogramPoint(reader: ProtoReader, limit: number): HistogramPoint {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  const exemplars: PointExemplar[] = [];
  const counts: number[] = [];
  const bounds: number[] = [];
  let [start, time, count, flags] = [0, 0, 0, 0];
  let sum: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11: // 2 start_time_unix_nano
        start = reader.nanosAsMillis();
        break;
      case 0x19: // 3 time_unix_nano
        time = reader.nanosAsMillis();
        break;
      case 0x21: // 4 count
        count = reader.readFixed64();
        break;
      case 0x29: // 5 sum
        sum = reader.readDouble();
        break;
      case 0x31: // 6 bucket_counts
      case 0x32:
        reader.fixed64s(tag, counts, end);
        break;
      case 0x39: // 7 explicit_bounds
      case 0x3a:
        reader.doubles(tag, bounds, end);
        break;
      case 0x42: // 8 exemplars
        exemplars.push(readExemplar(reader, end));
        break;
      case 0x4a: // 9 attributes
        attributes.push(readAttribute(reader, end));
        break;
      case 0x50: // 10 flags
        flags = reader.readVarint();
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  const noValue = (flags & NO_RECORDED_VALUE) !== 0;
  return { attributes, start, time, noValue, count, sum, counts, bounds, exemplars };
}

export function readExponentialPoint(reader: ProtoReader, limit: number): ExponentialPoint {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  const exemplars: PointExemplar[] = [];
  let [start, time, count, flags, scale, zeroCount, zeroThreshold] = [0, 0, 0, 0, 0, 0, 0];
  let sum: number | undefined;
  let positive: ExponentialBuckets = { offset: 0, counts: [] };
  let negative: ExponentialBuckets = { offset: 0, counts: [] };
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a: // 1 attributes
        attributes.push(readAttribute(reader, end));
        break;
      case 0x11: // 2 start_time_unix_nano
        start = reader.nanosAsMillis();
        break;
      case 0x19: // 3 time_unix_nano
        time = reader.nanosAsMillis();
        break;
      case 0x21: // 4 count
        count = reader.readFixed64();
        break;
      case 0x29: // 5 sum
        sum = reader.readDouble();
        break;
      case 0x30: // 6 scale
        scale = reader.readSVarint();
        break;
      case 0x39: // 7 zero_count
        zeroCount = reader.readFixed64();
        break;
      case 0x42: // 8 positive
        positive = readBuckets(reader, end);
        break;
      case 0x4a: // 9 negative
        negative = readBuckets(reader, end);
        break;
      case 0x50: // 10 flags
        flags = reader.readVarint();
        break;
      case 0x5a: // 11 exemplars
        exemplars.push(readExemplar(reader, end));
        break;
      case 0x71: // 14 zero_threshold
        zeroThreshold = reader.readDouble();
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  const noValue = (flags & NO_RECORDED_VALUE) !== 0;
  const counted = { count, sum, scale, zeroCount, zeroThreshold, positive, negative };
  return { attributes, start, time, noValue, ...counted, exemplars };
}

function readBuckets(reader: ProtoReader, limit: number): ExponentialBuckets {
  const end = reader.enter(limit);
  const counts: number[] = [];
  let offset = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) offset = reader.readSVarint();
    else if (tag === 0x10 || tag === 0x12) reader.varints(tag, counts, end);
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { offset, counts };
}

export function readSummaryPoint(reader: ProtoReader, limit: number): SummaryPoint {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  const quantiles: { quantile: number; value: number }[] = [];
  let [start, time, count, sum, flags] = [0, 0, 0, 0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11: // 2 start_time_unix_nano
        start = reader.nanosAsMillis();
        break;
      case 0x19: // 3 time_unix_nano
        time = reader.nanosAsMillis();
        break;
      case 0x21: // 4 count
        count = reader.readFixed64();
        break;
      case 0x29: // 5 sum
        sum = reader.readDouble();
        break;
      case 0x32: // 6 quantile_values
        quantiles.push(readQuantile(reader, end));
        break;
      case 0x3a: // 7 attributes
        attributes.push(readAttribute(reader, end));
        break;
      case 0x40: // 8 flags
        flags = reader.readVarint();
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  const noValue = (flags & NO_RECORDED_VALUE) !== 0;
  return { attributes, start, time, noValue, count, sum, quantiles };
}

function readExemplar(reader: ProtoReader, limit: number): PointExemplar {
  const end = reader.enter(limit);
  const attributes: Attribute[] = [];
  let [time, value, traceId, spanId] = [0, 0, '', ''];
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x11: // 2 time_unix_nano
        time = reader.nanosAsMillis();
        break;
      case 0x19: // 3 as_double
        value = reader.readDouble();
        break;
      case 0x22: // 4 span_id
        spanId = readHex(reader, end);
        break;
      case 0x2a: // 5 trace_id
        traceId = readHex(reader, end);
        break;
      case 0x31: // 6 as_int
        value = reader.readSFixed64();
        break;
      case 0x3a: // 7 filtered_attributes
        attributes.push(readAttribute(reader, end));
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  return { attributes, time, value, traceId, spanId };
}

function readHex(reader: ProtoReader, limit: number): string {
  const end = reader.enter(limit);
  const text = reader.bytes.toString('hex', reader.pos, end);
  reader.pos = end;
  return text;
}
