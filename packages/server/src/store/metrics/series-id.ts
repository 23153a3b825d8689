import { createHash } from 'node:crypto';
import { type Labels, labelsKey } from '@bellwether/promql';

/** 64-bit identity of a series in the store, as a decimal string: the same on every machine and after every restart. */
export function seriesId(labels: Labels): string {
  return createHash('sha256').update(labelsKey(labels)).digest().readBigUInt64LE(0).toString();
}
