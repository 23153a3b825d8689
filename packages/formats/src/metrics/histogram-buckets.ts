import { type BucketSpan, type Buckets, bucketsFromSpans } from '@bellwether/promql';
import type { ProtoReader } from '../bytes/proto-reader.ts';

/** One side of a native histogram as protobuf carries it: integer counts as differences, float counts as they are. */
export interface HistogramSide {
  readonly spans: BucketSpan[];
  readonly deltas: number[];
  readonly counts: number[];
}

export function emptySide(): HistogramSide {
  return { spans: [], deltas: [], counts: [] };
}

/** Reads `BucketSpan`, which remote write and the exposition share. Source: prometheus/client_model, metrics.proto. */
export function readSpan(reader: ProtoReader, limit: number): BucketSpan {
  const end = reader.enter(limit);
  let [offset, length] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 0x08) offset = reader.readSVarint();
    else if (tag === 0x10) length = reader.readVarint();
    else reader.pass(tag, end);
  }
  reader.leave(end);
  return { offset, length };
}

/** The buckets of one side, or what is wrong with them. */
export function sideBuckets(
  { spans, deltas, counts }: HistogramSide,
  float: boolean,
): Buckets | string {
  let described = 0;
  for (const [i, { offset, length }] of spans.entries()) {
    if (i > 0 && offset < 0) return `the span at ${i} begins before the one in front of it ends`;
    described += length;
  }
  const values = float ? counts : sums(deltas);
  // Looked at before a length from outside becomes an array.
  if (described !== values.length)
    return `its spans describe ${described} buckets, and there are ${values.length}`;
  return bucketsFromSpans(spans, values);
}

function sums(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => (count += delta));
}
