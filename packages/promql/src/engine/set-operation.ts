import type { Binary } from '../syntax/ast.ts';
import { ABSENT, type Column, isEmpty, mergeSameLabels } from './column.ts';
import { DEFAULT_MATCHING, signatureOf } from './signature.ts';

/** `and`, `or`, `unless`: which samples stay is decided by whether a partner is there. */
export function evalSetOperation(
  node: Binary,
  left: readonly Column[],
  right: readonly Column[],
  steps: number,
): Column[] {
  const signature = signatureOf(node.matching ?? DEFAULT_MATCHING);
  if (node.op === 'or') {
    const taken = presence(left, signature, steps);
    const rest = right.map((column) => masked(column, taken.get(signature(column.labels)), false));
    return mergeSameLabels([...left, ...rest.filter((column) => !isEmpty(column))]);
  }
  const partners = presence(right, signature, steps);
  const keep = node.op === 'and';
  return left
    .map((column) => masked(column, partners.get(signature(column.labels)), keep))
    .filter((column) => !isEmpty(column));
}

/** At which steps any series of a signature is there. */
function presence(
  columns: readonly Column[],
  signature: (labels: Column['labels']) => string,
  steps: number,
): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const column of columns) {
    const key = signature(column.labels);
    let present = found.get(key);
    if (present === undefined) {
      present = new Uint8Array(steps);
      found.set(key, present);
    }
    for (let i = 0; i < steps; i++) if (column.kinds[i] !== ABSENT) present[i] = 1;
  }
  return found;
}

/** The column at the steps where a partner is there (`keep`) or is not. */
function masked(column: Column, partner: Uint8Array | undefined, keep: boolean): Column {
  if (partner === undefined)
    return keep ? { ...column, kinds: new Uint8Array(column.kinds.length) } : column;
  const kinds = column.kinds.map((kind, i) => ((partner[i] === 1) === keep ? kind : ABSENT));
  return { ...column, kinds };
}
