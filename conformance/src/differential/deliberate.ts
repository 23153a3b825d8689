import { type Expr, typeOf } from '@bellwether/promql';
import type { Difference } from './answers.ts';
import { rewrite } from './rewrite.ts';

/**
 * A part of the language in which Prometheus 2.42 and we differ for a reason. A difference is put down to it only where it
 * goes away once that part is replaced by one that both know alike, so that nothing else can hide behind it.
 */
export interface Deliberate {
  readonly name: string;
  readonly reason: string;
  /** The replacement of a node; the same node where it has nothing to do with it. */
  readonly instead: (node: Expr) => Expr;
  /** Which differences it can make at all; default: any. */
  readonly makes?: (difference: Difference) => boolean;
}

/** Other functions that take a range vector or a vector in the same place. */
const calls =
  (others: Readonly<Record<string, string>>) =>
  (node: Expr): Expr => {
    const func = node.kind === 'call' ? others[node.func] : undefined;
    return node.kind !== 'call' || func === undefined ? node : { ...node, func };
  };

/** Leaves out what has values that are great beside their spread: a series, and times since 1970. */
function withoutGreat(node: Expr): Expr {
  if (node.kind === 'call' && node.func === 'timestamp') return node.args[0]!;
  if (node.kind === 'call' && node.func === 'time')
    return { ...node, kind: 'number', value: 1, units: false };
  const selector = node.kind === 'matrix' ? node.selector : node;
  if (selector.kind !== 'selector' || selector.name !== 'odd') return node;
  const matchers = [...selector.matchers, { name: 'kind', op: '!=', value: 'great' } as const];
  return node.kind === 'matrix'
    ? { ...node, selector: { ...selector, matchers } }
    : { ...selector, matchers };
}

const MOMENTS = /^(?:stddev_over_time|stdvar_over_time|deriv|predict_linear)$/;

export const DELIBERATE: readonly Deliberate[] = [
  {
    name: 'atan2 drops the name',
    reason:
      'Since Prometheus 3 the result of atan2, as of every other arithmetic, has no metric name.',
    instead: (node) =>
      node.kind === 'binary' && node.op === 'atan2' ? { ...node, op: '+' } : node,
  },
  {
    name: 'many-to-one beside a comparison',
    reason:
      'Prometheus 3 refuses several matches on one side also where the comparison keeps none of them.',
    instead: (node) =>
      node.kind === 'binary' &&
      /[=<>]/.test(node.op) &&
      typeOf(node.lhs) === 'vector' &&
      typeOf(node.rhs) === 'vector'
        ? { ...node, bool: true }
        : node,
    makes: ({ kind }) => kind === 'error',
  },
  {
    name: 'stddev and stdvar of no number',
    reason:
      'Since Prometheus 3 the spread of values with NaN or an infinity among them is NaN, not 0.',
    instead: (node) =>
      node.kind === 'aggregation' && (node.op === 'stddev' || node.op === 'stdvar')
        ? { ...node, op: 'max' }
        : node,
  },
  {
    name: 'extrapolation near zero',
    reason:
      'Prometheus 3 takes a counter to have begun at zero only after it has shortened what lies before the first sample.',
    instead: calls({ rate: 'irate', increase: 'irate' }),
  },
  {
    name: 'predict_linear with @',
    reason:
      'Prometheus 2.42 takes it for the same at every step, though what it predicts from moves on: fixed since.',
    instead: (node) =>
      node.kind === 'call' && node.func === 'predict_linear'
        ? { ...node, func: 'deriv', args: node.args.slice(0, 1) }
        : node,
  },
  {
    name: 'spread and slope of great numbers',
    reason:
      'Over ranges we keep means and moments to twice the digits; Prometheus rounds, and is further from the truth.',
    instead: (node) =>
      node.kind === 'call' && MOMENTS.test(node.func) ? rewrite(node, withoutGreat) : node,
  },
  {
    name: 'compensated averages',
    reason: 'Since Prometheus 3 averages are summed with compensation; the last digit can decide.',
    instead: (node) =>
      node.kind === 'aggregation' && node.op === 'avg'
        ? { ...node, op: 'sum' }
        : calls({ avg_over_time: 'sum_over_time' })(node),
  },
  {
    name: 'sums beyond all numbers',
    reason: 'Since Prometheus 3 a compensated sum that overflows is infinite, not NaN.',
    instead: (node) =>
      node.kind === 'aggregation' && (node.op === 'avg' || node.op === 'sum')
        ? { ...node, op: 'max' }
        : calls({
            avg_over_time: 'max_over_time',
            sum_over_time: 'max_over_time',
            stddev_over_time: 'max_over_time',
            stdvar_over_time: 'max_over_time',
          })(node),
    makes: (difference) =>
      difference.kind === 'value' && difference.theirs === 'NaN' && /Inf/.test(difference.ours),
  },
  {
    name: 'series that take turns under a minus',
    reason:
      'Prometheus 3 joins series that a minus leaves with the same labels where they are never there at once.',
    instead: (node) => (node.kind === 'unary' ? { ...node, kind: 'paren' } : node),
    makes: (difference) =>
      difference.kind === 'error' && /same labelset/.test(difference.theirs ?? ''),
  },
  {
    name: 'timestamp with @ and offset',
    reason:
      'Prometheus, up to 3.14, forgets the offset of a selector inside of timestamp() that has an @.',
    instead: (node) => {
      const [argument] = node.kind === 'call' && node.func === 'timestamp' ? node.args : [];
      return argument?.kind === 'selector' && argument.at !== undefined ? argument : node;
    },
  },
];
