import { createHash } from 'node:crypto';
import { type Labels, labelsKey } from '@bellwether/promql';

/** 64-bit identity of a series in the store, the same on every machine and after every restart. */
export function seriesId(labels: Labels): bigint {
  return createHash('sha256').update(labelsKey(labels)).digest().readBigUInt64LE(0);
}
