import { hexOf } from '../bytes/binary-text.ts';
import type { ProtoReader } from '../bytes/proto-reader.ts';
import { readQuantile } from '../metrics/quantile.ts';
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

/* The data points of opentelemetry-proto, metrics/v1/metrics.proto, and the exemplars within them. */

/** Bit of `DataPointFlags`. */
export const NO_RECORDED_VALUE = 1;

/** What a field says, whatever number it has in its message. */
const START = 1;
const TIME = 2;
const FLAGS = 3;
const ATTRIBUTE = 4;
const EXEMPLAR = 5;
const AS_DOUBLE = 6;
const AS_INT = 7;
const COUNT = 8;
const SUM = 9;
const BUCKET_COUNTS = 10;
const EXPLICIT_BOUNDS = 11;
const SCALE = 12;
const ZERO_COUNT = 13;
const ZERO_THRESHOLD = 14;
const POSITIVE = 15;
const NEGATIVE = 16;
const QUANTILE = 17;
const SPAN_ID = 18;
const TRACE_ID = 19;

/** What the fields of a message say, by their tags: `number << 3 | wire type`. */
function fields(says: readonly (readonly [tag: number, what: number])[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const [tag, what] of says) table[tag] = what;
  return table;
}

const NUMBER_POINT = fields([
  [0x11, START],
  [0x19, TIME],
  [0x21, AS_DOUBLE],
  [0x2a, EXEMPLAR],
  [0x31, AS_INT],
  [0x3a, ATTRIBUTE],
  [0x40, FLAGS],
]);

const HISTOGRAM_POINT = fields([
  [0x11, START],
  [0x19, TIME],
  [0x21, COUNT],
  [0x29, SUM],
  [0x31, BUCKET_COUNTS],
  [0x32, BUCKET_COUNTS],
  [0x39, EXPLICIT_BOUNDS],
  [0x3a, EXPLICIT_BOUNDS],
  [0x42, EXEMPLAR],
  [0x4a, ATTRIBUTE],
  [0x50, FLAGS],
]);

const EXPONENTIAL_POINT = fields([
  [0x0a, ATTRIBUTE],
  [0x11, START],
  [0x19, TIME],
  [0x21, COUNT],
  [0x29, SUM],
  [0x30, SCALE],
  [0x39, ZERO_COUNT],
  [0x42, POSITIVE],
  [0x4a, NEGATIVE],
  [0x50, FLAGS],
  [0x5a, EXEMPLAR],
  [0x71, ZERO_THRESHOLD],
]);

const SUMMARY_POINT = fields([
  [0x11, START],
  [0x19, TIME],
  [0x21, COUNT],
  [0x29, SUM],
  [0x32, QUANTILE],
  [0x3a, ATTRIBUTE],
  [0x40, FLAGS],
]);

const POINT_EXEMPLAR = fields([
  [0x11, TIME],
  [0x19, AS_DOUBLE],
  [0x22, SPAN_ID],
  [0x2a, TRACE_ID],
  [0x31, AS_INT],
  [0x3a, ATTRIBUTE],
]);

const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

/** A point of any kind, or an exemplar; what nothing is said of is as it says here. */
class Draft {
  readonly attributes: Attribute[] = [];
  readonly exemplars: PointExemplar[] = [];
  readonly counts: number[];
  readonly bounds: number[];
  readonly quantiles: { quantile: number; value: number }[];
  start = 0;
  time = 0;
  noValue = false;
  value = 0;
  hasValue = false;
  count = 0;
  sum: number | undefined;
  scale = 0;
  zeroCount = 0;
  zeroThreshold = 0;
  positive = NO_BUCKETS;
  negative = NO_BUCKETS;
  spanId = '';
  traceId = '';

  /** @param lists Where buckets and quantiles go; kinds that have none share lists that stay empty. */
  constructor(lists: Pick<Draft, 'counts' | 'bounds' | 'quantiles'>) {
    this.counts = lists.counts;
    this.bounds = lists.bounds;
    this.quantiles = lists.quantiles;
  }
}

const NO_LISTS = { counts: [], bounds: [], quantiles: [] };

function fill(draft: Draft, says: Uint8Array, reader: ProtoReader, limit: number): Draft {
  const end = reader.enter(limit);
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag < says.length ? says[tag] : 0) {
      case START:
        draft.start = reader.nanosAsMillis();
        break;
      case TIME:
        draft.time = reader.nanosAsMillis();
        break;
      case FLAGS:
        draft.noValue = (reader.readVarint() & NO_RECORDED_VALUE) !== 0;
        break;
      case ATTRIBUTE:
        draft.attributes.push(readAttribute(reader, end));
        break;
      case EXEMPLAR:
        draft.exemplars.push(fill(new Draft(NO_LISTS), POINT_EXEMPLAR, reader, end));
        break;
      case AS_DOUBLE:
        draft.value = reader.readDouble();
        draft.hasValue = true;
        break;
      case AS_INT:
        draft.value = reader.readSFixed64();
        draft.hasValue = true;
        break;
      case COUNT:
        draft.count = reader.readFixed64();
        break;
      case SUM:
        draft.sum = reader.readDouble();
        break;
      case BUCKET_COUNTS:
        reader.fixed64s(tag, draft.counts, end);
        break;
      case EXPLICIT_BOUNDS:
        reader.doubles(tag, draft.bounds, end);
        break;
      case SCALE:
        draft.scale = reader.readSVarint();
        break;
      case ZERO_COUNT:
        draft.zeroCount = reader.readFixed64();
        break;
      case ZERO_THRESHOLD:
        draft.zeroThreshold = reader.readDouble();
        break;
      case POSITIVE:
        draft.positive = readBuckets(reader, end);
        break;
      case NEGATIVE:
        draft.negative = readBuckets(reader, end);
        break;
      case QUANTILE:
        draft.quantiles.push(readQuantile(reader, end));
        break;
      case SPAN_ID:
        draft.spanId = readHex(reader, end);
        break;
      case TRACE_ID:
        draft.traceId = readHex(reader, end);
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  return draft;
}

export function readNumberPoint(reader: ProtoReader, limit: number): NumberPoint {
  const point = fill(new Draft(NO_LISTS), NUMBER_POINT, reader, limit);
  if (!point.hasValue) point.value = Number.NaN;
  return point;
}

export function readHistogramPoint(reader: ProtoReader, limit: number): HistogramPoint {
  const lists = { counts: [], bounds: [], quantiles: NO_LISTS.quantiles };
  return fill(new Draft(lists), HISTOGRAM_POINT, reader, limit);
}

export function readExponentialPoint(reader: ProtoReader, limit: number): ExponentialPoint {
  return fill(new Draft(NO_LISTS), EXPONENTIAL_POINT, reader, limit);
}

export function readSummaryPoint(reader: ProtoReader, limit: number): SummaryPoint {
  const lists = { ...NO_LISTS, quantiles: [] };
  const point = fill(new Draft(lists), SUMMARY_POINT, reader, limit);
  return Object.assign(point, { sum: point.sum ?? 0 });
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

function readHex(reader: ProtoReader, limit: number): string {
  const end = reader.enter(limit);
  const text = hexOf(reader.bytes.subarray(reader.pos, end));
  reader.pos = end;
  return text;
}
