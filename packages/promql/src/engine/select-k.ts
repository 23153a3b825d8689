import { hashLabels } from '../data/label-hash.ts';
import { executionError } from '../error.ts';
import type { Aggregation } from '../syntax/ast.ts';
import { formatShort } from '../text/number.ts';
import { ABSENT, type Column, HISTOGRAM, isEmpty, mapColumns } from './column.ts';
import type { Context } from './context.ts';
import type { AggregationGroup } from './grouping.ts';
import { unwrap } from './invariant.ts';
import { byValue } from './sort.ts';
import { sorted } from './sorted.ts';

/** The largest and smallest 64-bit integers, as floats a parameter must stay between. */
const MAX_INT64 = 2 ** 63 - 1024;
const MIN_INT64 = -(2 ** 63);

/** Up to so many winners are kept in order by insertion; more are sorted. */
const MOST_INSERTED = 32;

/** `topk`, `bottomk`, `limitk`: at each step, at most k members of each group stay. */
export async function selectK(
  node: Aggregation,
  groups: readonly AggregationGroup[],
  parameter: Float64Array,
  context: Context,
): Promise<Column[]> {
  const { budget } = context.query;
  if (!checkK(parameter)) return [];
  const results: Column[] = [];
  for (const { members } of groups) {
    // By labels first: which of several equals stays must not depend on the order of series.
    const ordered = await sorted(members, (a, b) => a.labels.compare(b.labels), budget);
    const selected = await mapColumns(ordered, context, (column) => ({
      ...column,
      kinds: new Uint8Array(column.kinds.length),
    }));
    let order: number[] = [];
    for (let i = 0; i < context.grid.count; i++) {
      const k = Math.min(Math.trunc(parameter[i]!), members.length);
      const picked = k < 1 ? [] : chosen(node, ordered, i, k, context);
      order = Array.isArray(picked) ? picked : await picked;
      for (const at of order) selected[at]!.kinds[i] = ordered[at]!.kinds[i]!;
      if (budget.dueAfter(members.length)) await budget.pause();
    }
    // In an instant query the order of the result is the order by value.
    const instant = context.query.start === context.query.end && context.grid.count === 1;
    for (const column of instant ? order.map((at) => selected[at]!) : selected)
      if (!isEmpty(column)) results.push(column);
  }
  return results;
}

/** @returns whether any step selects anything */
function checkK(parameter: Float64Array): boolean {
  if (parameter.every((k) => k < 1)) return false;
  if (parameter.some(Number.isNaN)) throw executionError('Parameter value is NaN');
  for (const k of parameter) {
    if (k <= MIN_INT64) throw executionError(`Scalar value ${formatShort(k)} underflows int64`);
    if (k >= MAX_INT64) throw executionError(`Scalar value ${formatShort(k)} overflows int64`);
  }
  return true;
}

/** The indices of the members that stay at a step, best first. */
function chosen(
  node: Aggregation,
  members: readonly Column[],
  step: number,
  k: number,
  context: Context,
): number[] | Promise<number[]> {
  const sign = node.op === 'topk' ? -1 : 1;
  if (k > MOST_INSERTED && node.op !== 'limitk') return firstOf(node, members, step, k, context);
  const best: number[] = [];
  const values: number[] = [];
  for (let at = 0; at < members.length; at++) {
    const { kinds, values: column } = members[at]!;
    const kind = kinds[step];
    if (kind === ABSENT) continue;
    if (node.op === 'limitk') {
      best.push(at);
      if (best.length === k) break;
      continue;
    }
    if (kind === HISTOGRAM) {
      context.query.annotations.info(`ignored histogram in ${node.op} aggregation`, node);
      continue;
    }
    const value = column[step]!;
    if (best.length === k && byValue(value, values[k - 1]!, sign) >= 0) continue;
    let place = Math.min(best.length, k - 1);
    for (; place > 0 && byValue(value, values[place - 1]!, sign) < 0; place--) {
      best[place] = best[place - 1]!;
      values[place] = values[place - 1]!;
    }
    best[place] = at;
    values[place] = value;
  }
  return best;
}

/** For many winners: everything in order, and then the first of it. */
async function firstOf(
  node: Aggregation,
  members: readonly Column[],
  step: number,
  k: number,
  context: Context,
): Promise<number[]> {
  const sign = node.op === 'topk' ? -1 : 1;
  const present: number[] = [];
  members.forEach(({ kinds }, at) => {
    if (kinds[step] === HISTOGRAM)
      context.query.annotations.info(`ignored histogram in ${node.op} aggregation`, node);
    else if (kinds[step] !== ABSENT) present.push(at);
  });
  const value = (at: number): number => members[at]!.values[step]!;
  const { budget } = context.query;
  return (await sorted(present, (a, b) => byValue(value(a), value(b), sign), budget)).slice(0, k);
}

/** `limit_ratio`: a share of the series, chosen by the hash of their labels. */
export async function limitRatio(
  node: Aggregation,
  columns: readonly Column[],
  parameter: Float64Array,
  context: Context,
): Promise<Column[]> {
  if (parameter.every((ratio) => ratio === 0)) return [];
  if (parameter.some(Number.isNaN)) throw executionError('Ratio value is NaN');
  const at = unwrap(node.param!);
  const most = parameter.reduce((a, b) => Math.max(a, b));
  const least = parameter.reduce((a, b) => Math.min(a, b));
  const warn = (ratio: number, cap: number): void =>
    context.query.annotations.warn(
      `ratio value should be between -1 and 1, got ${formatShort(ratio)}, capping to ${cap}`,
      at,
    );
  if (most > 1) warn(most, 1);
  if (least < -1) warn(least, -1);
  return mapColumns(columns, context, (column) => {
    const offset = Number(hashLabels(column.labels)) / 2 ** 64;
    const kinds = column.kinds.map((kind, i) => {
      const ratio = Math.max(-1, Math.min(1, parameter[i]!));
      if (ratio === 0) return ABSENT;
      return (ratio > 0 ? offset < ratio : offset >= 1 + ratio) ? kind : ABSENT;
    });
    const kept = { ...column, kinds };
    return isEmpty(kept) ? undefined : kept;
  });
}
