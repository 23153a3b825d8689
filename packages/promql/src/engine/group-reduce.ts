import type { Aggregation } from '../syntax/ast.ts';
import { ABSENT, type Column, FLOAT, HISTOGRAM, hasHistograms, newColumn } from './column.ts';
import type { Context } from './context.ts';
import { aggregateHistograms } from './group-histograms.ts';
import { type AggregationGroup, anyDropsName, inputSpan } from './grouping.ts';

/** `sum`, `avg`, `min`, `max`, `count`, `group`, `stddev`, `stdvar` of one group, column by column. */
export function reduceGroup(node: Aggregation, group: AggregationGroup, context: Context): Column {
  const { members, labels } = group;
  const steps = context.grid.count;
  const out = newColumn(labels, anyDropsName(members), steps);
  const mixed = hasHistograms(members);
  if (mixed && (node.op === 'sum' || node.op === 'avg'))
    return aggregateHistograms(node, group, context);
  if (mixed && node.op !== 'count' && node.op !== 'group') noteIgnored(node, members, context);
  switch (node.op) {
    case 'sum':
      sum(members, out);
      break;
    case 'avg':
      average(members, out);
      break;
    case 'min':
      extreme(members, out, (value, best) => value < best);
      break;
    case 'max':
      extreme(members, out, (value, best) => value > best);
      break;
    case 'count':
    case 'group':
      countMembers(members, out, node.op === 'group');
      break;
    default:
      variance(members, out, node.op === 'stddev');
  }
  return out;
}

function noteIgnored(node: Aggregation, members: readonly Column[], context: Context): void {
  if (members.some(({ kinds }) => kinds.includes(HISTOGRAM)))
    context.query.annotations.info(`ignored histogram in ${node.op} aggregation`, inputSpan(node));
}

/** Compensated sums of all steps, member by member. */
function sum(members: readonly Column[], out: Column): void {
  const { values: sums, kinds } = out;
  const steps = sums.length;
  const rest = new Float64Array(steps);
  for (const member of members) {
    const { values, kinds: present } = member;
    for (let i = 0; i < steps; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i]!;
      if (kinds[i] === ABSENT) {
        kinds[i] = FLOAT;
        sums[i] = value;
        continue;
      }
      const before = sums[i]!;
      const next = before + value;
      if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) rest[i] = 0;
      else if (Math.abs(before) >= Math.abs(value)) rest[i] = rest[i]! + (before - next + value);
      else rest[i] = rest[i]! + (value - next + before);
      sums[i] = next;
    }
  }
  for (let i = 0; i < steps; i++) sums[i] = sums[i]! + rest[i]!;
}

/** Compensated means; where a sum would overflow, that step goes on incrementally. */
function average(members: readonly Column[], out: Column): void {
  const { values: means, kinds } = out;
  const steps = means.length;
  const counts = new Uint32Array(steps);
  const rest = new Float64Array(steps);
  const incremental = new Uint8Array(steps);
  for (const member of members) {
    const { values, kinds: present } = member;
    for (let i = 0; i < steps; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i]!;
      const count = counts[i]! + 1;
      counts[i] = count;
      if (count === 1) {
        kinds[i] = FLOAT;
        means[i] = value;
        continue;
      }
      let before = means[i]!;
      let added = value;
      if (incremental[i] === 0) {
        const next = before + value;
        if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) {
          incremental[i] = 1;
          before /= count - 1;
          rest[i] = rest[i]! / (count - 1);
        }
      }
      if (incremental[i] === 1) {
        const share = (count - 1) / count;
        before *= share;
        rest[i] = rest[i]! * share;
        added = value / count;
      }
      const next = before + added;
      if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) rest[i] = 0;
      else if (Math.abs(before) >= Math.abs(added)) rest[i] = rest[i]! + (before - next + added);
      else rest[i] = rest[i]! + (added - next + before);
      means[i] = next;
    }
  }
  for (let i = 0; i < steps; i++) {
    const count = counts[i]!;
    if (incremental[i] === 1) means[i] = means[i]! + rest[i]!;
    else if (count > 0) means[i] = means[i]! / count + rest[i]! / count;
  }
}

function extreme(
  members: readonly Column[],
  out: Column,
  better: (value: number, best: number) => boolean,
): void {
  const { values: best, kinds } = out;
  for (const { values, kinds: present } of members) {
    for (let i = 0; i < best.length; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i]!;
      if (kinds[i] === ABSENT || better(value, best[i]!) || Number.isNaN(best[i]!)) best[i] = value;
      kinds[i] = FLOAT;
    }
  }
}

function countMembers(members: readonly Column[], out: Column, asOne: boolean): void {
  const { values, kinds } = out;
  for (const { kinds: present } of members) {
    for (let i = 0; i < values.length; i++) {
      if (present[i] === ABSENT) continue;
      values[i] = asOne ? 1 : values[i]! + 1;
      kinds[i] = FLOAT;
    }
  }
}

/** Welford's running variance, all steps side by side. */
function variance(members: readonly Column[], out: Column, root: boolean): void {
  const { values: squares, kinds } = out;
  const steps = squares.length;
  const counts = new Uint32Array(steps);
  const means = new Float64Array(steps);
  for (const { values, kinds: present } of members) {
    for (let i = 0; i < steps; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i]!;
      const count = counts[i]! + 1;
      counts[i] = count;
      if (count === 1) {
        kinds[i] = FLOAT;
        means[i] = value;
        squares[i] = Number.isFinite(value) ? 0 : Number.NaN;
        continue;
      }
      const delta = value - means[i]!;
      means[i] = means[i]! + delta / count;
      squares[i] = squares[i]! + delta * (value - means[i]!);
    }
  }
  for (let i = 0; i < steps; i++) {
    if (kinds[i] === ABSENT) continue;
    const result = squares[i]! / counts[i]!;
    squares[i] = root ? Math.sqrt(result) : result;
  }
}
