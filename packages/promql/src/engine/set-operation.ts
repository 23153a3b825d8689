import { textBytes } from '../data/labels.ts';
import type { Binary } from '../syntax/ast.ts';
import { ABSENT, type Column, eachColumn, isEmpty, mapColumns, mergeSameLabels } from './column.ts';
import type { Context } from './context.ts';
import { DEFAULT_MATCHING, signatureOf } from './signature.ts';

/** `and`, `or`, `unless`: which samples stay is decided by whether a partner is there. */
export async function evalSetOperation(
  node: Binary,
  left: readonly Column[],
  right: readonly Column[],
  context: Context,
): Promise<Column[]> {
  const signature = signatureOf(node.matching ?? DEFAULT_MATCHING);
  const partners = await presence(node.op === 'or' ? left : right, signature, context);
  const keep = node.op === 'and';
  const rest = await mapColumns(node.op === 'or' ? right : left, context, (column) => {
    const kept = masked(column, partners.get(signature(column.labels)), keep);
    return isEmpty(kept) ? undefined : kept;
  });
  return node.op === 'or' ? mergeSameLabels([...left, ...rest], context) : rest;
}

/** At which steps any series of a signature is there. */
async function presence(
  columns: readonly Column[],
  signature: (labels: Column['labels']) => string,
  context: Context,
): Promise<Map<string, Uint8Array>> {
  const steps = context.grid.count;
  const found = new Map<string, Uint8Array>();
  await eachColumn(columns, context, (column) => {
    const key = signature(column.labels);
    let present = found.get(key);
    if (present === undefined) {
      context.query.budget.hold(steps + textBytes(0));
      present = new Uint8Array(steps);
      found.set(key, present);
    }
    for (let i = 0; i < steps; i++) if (column.kinds[i] !== ABSENT) present[i] = 1;
  });
  return found;
}

/** The column at the steps where a partner is there (`keep`) or is not. */
function masked(column: Column, partner: Uint8Array | undefined, keep: boolean): Column {
  if (partner === undefined)
    return keep ? { ...column, kinds: new Uint8Array(column.kinds.length) } : column;
  const kinds = column.kinds.map((kind, i) => ((partner[i] === 1) === keep ? kind : ABSENT));
  return { ...column, kinds };
}
