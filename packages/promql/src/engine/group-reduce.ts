import type { Aggregation } from '../syntax/ast.ts';
import {
  ABSENT,
  type Column,
  eachColumn,
  FLOAT,
  HISTOGRAM,
  hasHistograms,
  newColumn,
} from './column.ts';
import type { Context } from './context.ts';
import { aggregateHistograms } from './group-histograms.ts';
import { type AggregationGroup, anyDropsName, inputSpan } from './grouping.ts';

/** How one column is made of the members of a group, which are handed to it one by one. */
interface Reduction {
  readonly take: (member: Column) => void;
  /** Turns what was gathered into the result, where it is not that already. */
  readonly finish?: () => void;
}

/** Cells of a group that are looked at without asking whether others should run: most groups have fewer. */
const FEW_CELLS = 2_000;

/**
 * `sum`, `avg`, `min`, `max`, `count`, `group`, `stddev`, `stdvar` of one group, column by column. A small group is not
 * worth waiting for.
 */
export function reduceGroup(
  node: Aggregation,
  group: AggregationGroup,
  context: Context,
): Column | Promise<Column> {
  const { members, labels } = group;
  const steps = context.grid.count;
  const mixed = hasHistograms(members);
  if (mixed && (node.op === 'sum' || node.op === 'avg'))
    return aggregateHistograms(node, group, context);
  if (mixed && node.op !== 'count' && node.op !== 'group') noteIgnored(node, members, context);
  const out = newColumn(labels, anyDropsName(members), steps);
  const { take, finish } = reductionOf(node, out);
  if (members.length * steps > FEW_CELLS)
    return eachColumn(members, context, take).then(() => {
      finish?.();
      return out;
    });
  for (const member of members) take(member);
  finish?.();
  return out;
}

function reductionOf(node: Aggregation, out: Column): Reduction {
  switch (node.op) {
    case 'sum':
      return sum(out);
    case 'avg':
      return average(out);
    case 'min':
      return extreme(out, (value, best) => value < best);
    case 'max':
      return extreme(out, (value, best) => value > best);
    case 'count':
    case 'group':
      return countMembers(out, node.op === 'group');
    default:
      return variance(out, node.op === 'stddev');
  }
}

function noteIgnored(node: Aggregation, members: readonly Column[], context: Context): void {
  if (members.some(({ kinds }) => kinds.includes(HISTOGRAM)))
    context.query.annotations.info(`ignored histogram in ${node.op} aggregation`, inputSpan(node));
}

/** Compensated sums of all steps, member by member. */
function sum(out: Column): Reduction {
  const { values: sums, kinds } = out;
  const steps = sums.length;
  const rest = new Float64Array(steps);
  const take = (member: Column): void => addTo(member, sums, kinds, rest);
  const finish = (): void => {
    for (let i = 0; i < steps; i++) sums[i] = sums[i]! + rest[i]!;
  };
  return { take, finish };
}

/** Its arguments are all it touches: what a closure holds is slower to reach, and this is the hottest loop there is. */
function addTo(
  { values, kinds: present }: Column,
  sums: Float64Array,
  kinds: Uint8Array,
  rest: Float64Array,
): void {
  const steps = sums.length;
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

/** Compensated means; where a sum would overflow, that step goes on incrementally. */
function average(out: Column): Reduction {
  const { values: means, kinds } = out;
  const steps = means.length;
  const counts = new Uint32Array(steps);
  const rest = new Float64Array(steps);
  const incremental = new Uint8Array(steps);
  const take = (member: Column): void =>
    averageInto(member, means, kinds, counts, rest, incremental);
  const finish = (): void => {
    for (let i = 0; i < steps; i++) {
      const count = counts[i]!;
      if (incremental[i] === 1) means[i] = means[i]! + rest[i]!;
      else if (count > 0) means[i] = means[i]! / count + rest[i]! / count;
    }
  };
  return { take, finish };
}

/** One member more in the means. */
function averageInto(
  { values, kinds: present }: Column,
  means: Float64Array,
  kinds: Uint8Array,
  counts: Uint32Array,
  rest: Float64Array,
  incremental: Uint8Array,
): void {
  const steps = means.length;
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

function extreme(out: Column, better: (value: number, best: number) => boolean): Reduction {
  const { values: best, kinds } = out;
  const take = ({ values, kinds: present }: Column): void => {
    for (let i = 0; i < best.length; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i]!;
      if (kinds[i] === ABSENT || better(value, best[i]!) || Number.isNaN(best[i]!)) best[i] = value;
      kinds[i] = FLOAT;
    }
  };
  return { take };
}

function countMembers(out: Column, asOne: boolean): Reduction {
  const { values, kinds } = out;
  const take = ({ kinds: present }: Column): void => {
    for (let i = 0; i < values.length; i++) {
      if (present[i] === ABSENT) continue;
      values[i] = asOne ? 1 : values[i]! + 1;
      kinds[i] = FLOAT;
    }
  };
  return { take };
}

/** Welford's running variance, all steps side by side. */
function variance(out: Column, root: boolean): Reduction {
  const { values: squares, kinds } = out;
  const steps = squares.length;
  const counts = new Uint32Array(steps);
  const means = new Float64Array(steps);
  const take = (member: Column): void => varyInto(member, squares, kinds, counts, means);
  const finish = (): void => {
    for (let i = 0; i < steps; i++) {
      if (kinds[i] === ABSENT) continue;
      const result = squares[i]! / counts[i]!;
      squares[i] = root ? Math.sqrt(result) : result;
    }
  };
  return { take, finish };
}

/** One member more in the variances. */
function varyInto(
  { values, kinds: present }: Column,
  squares: Float64Array,
  kinds: Uint8Array,
  counts: Uint32Array,
  means: Float64Array,
): void {
  const steps = squares.length;
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
