import type { CounterResetHint, FloatHistogram, Millis } from '@bellwether/promql';
import type { ProtoReader } from '../bytes/proto-reader.ts';
import { emptySide, readSpan, sideBuckets } from '../metrics/histogram-buckets.ts';
import { asKept, histogramProblem } from '../metrics/histogram-problem.ts';

const HINTS: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** One sample of a native histogram. Exactly one of `histogram`, `stale` and `problem` counts. */
export interface HistogramMessage {
  readonly time: Millis;
  /** Since when it counts; 0 where the sender does not say. */
  readonly start: Millis;
  readonly stale: boolean;
  readonly histogram?: FloatHistogram;
  readonly problem?: string;
}

/**
 * Reads `prometheus.Histogram`, which is the same message in 1.0 and 2.0: with integer counts, buckets as differences;
 * with float counts, as they are.
 * Source: prometheus/prometheus, prompb/types.proto and prompb/io/prometheus/write/v2/types.proto.
 */
export function readHistogram(reader: ProtoReader, limit: number): HistogramMessage {
  const end = reader.enter(limit);
  const positive = emptySide();
  const negative = emptySide();
  const customValues: number[] = [];
  let [count, float, sum, stale, schema, zeroThreshold, zeroCount, hint, time, start] = [
    0,
    false,
    0,
    false,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08: // 1 count_int
        count = reader.readVarint();
        float = false;
        break;
      case 0x11: // 2 count_float
        count = reader.readDouble();
        float = true;
        break;
      case 0x19: // 3 sum
        stale = reader.staleAhead;
        sum = reader.readDouble();
        break;
      case 0x20: // 4 schema
        schema = reader.readSVarint();
        break;
      case 0x29: // 5 zero_threshold
        zeroThreshold = reader.readDouble();
        break;
      case 0x30: // 6 zero_count_int
        zeroCount = reader.readVarint();
        break;
      case 0x39: // 7 zero_count_float
        zeroCount = reader.readDouble();
        break;
      case 0x42: // 8 negative_spans
        negative.spans.push(readSpan(reader, end));
        break;
      case 0x48: // 9 negative_deltas
      case 0x4a:
        reader.signedVarints(tag, negative.deltas, end);
        break;
      case 0x51: // 10 negative_counts
      case 0x52:
        reader.doubles(tag, negative.counts, end);
        break;
      case 0x5a: // 11 positive_spans
        positive.spans.push(readSpan(reader, end));
        break;
      case 0x60: // 12 positive_deltas
      case 0x62:
        reader.signedVarints(tag, positive.deltas, end);
        break;
      case 0x69: // 13 positive_counts
      case 0x6a:
        reader.doubles(tag, positive.counts, end);
        break;
      case 0x70: // 14 reset_hint
        hint = reader.readVarint();
        break;
      case 0x78: // 15 timestamp
        time = reader.readVarint(true);
        break;
      case 0x81: // 16 custom_values
      case 0x82:
        reader.doubles(tag, customValues, end);
        break;
      case 0x88: // 17 start_timestamp
        start = reader.readVarint(true);
        break;
      default:
        reader.pass(tag, end);
    }
  }
  reader.leave(end);
  if (stale) return { time, start, stale };
  const sides = [positive, negative].map((side) => sideBuckets(side, float));
  const [up, down] = sides;
  if (typeof up === 'string' || typeof down === 'string')
    return {
      time,
      start,
      stale,
      problem: sides.find((side) => typeof side === 'string') as string,
    };
  const histogram: FloatHistogram = {
    schema,
    count,
    sum,
    zeroThreshold,
    zeroCount,
    positive: up!,
    negative: down!,
    customValues,
    hint: HINTS[hint] ?? 'unknown',
  };
  const problem = histogramProblem(histogram, !float);
  return problem === undefined
    ? { time, start, stale, histogram: asKept(histogram) }
    : { time, start, stale, problem };
}
