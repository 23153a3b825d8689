import { createHash } from 'node:crypto';
import type { Labels } from '@bellwether/promql';

/** A text that two label sets share exactly when they are the same series. The separator cannot stand in valid UTF-8. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels).sort();
  let key = '';
  for (const name of names) key += `${name}\xff${labels[name]}\xff`;
  return key;
}

/** 64-bit identity of a series in the store, as a decimal string: the same on every machine and after every restart. */
export function seriesId(key: string): string {
  return createHash('sha256').update(key).digest().readBigUInt64LE(0).toString();
}
