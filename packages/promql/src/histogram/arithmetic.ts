import { lost } from '../engine/kahan.ts';
import {
  type Buckets,
  type CounterResetHint,
  type FloatHistogram,
  usesCustomBuckets,
} from './float-histogram.ts';
import { beyond, commonBounds, reconcile, sameBounds, toBounds } from './layout.ts';
import { div, mapCounts, mul } from './scale.ts';

/** What came out of adding or subtracting, and what is worth a note. */
export interface Sum {
  readonly result: FloatHistogram;
  /** One side said it was reset, the other that it was not. */
  readonly resetCollision: boolean;
  /** The sides had different custom bounds, and only the common ones are left. */
  readonly boundsReconciled: boolean;
}

/** `a + b`; `undefined` where one has exponential and the other custom buckets. */
export function add(a: FloatHistogram, b: FloatHistogram): Sum | undefined {
  return join(a, b, (x, y) => x + y);
}

/** `a - b`; `undefined` where one has exponential and the other custom buckets. */
export function sub(a: FloatHistogram, b: FloatHistogram): Sum | undefined {
  return join(a, b, (x, y) => x - y);
}

function join(
  a: FloatHistogram,
  b: FloatHistogram,
  op: (x: number, y: number) => number,
): Sum | undefined {
  if (usesCustomBuckets(a) !== usesCustomBuckets(b)) return undefined;
  const { hint, resetCollision } = joinHints(a.hint, b.hint);
  let [left, right] = [a, b];
  let boundsReconciled = false;
  if (!usesCustomBuckets(a)) {
    [left, right] = reconcile(a, b);
  } else if (!sameBounds(a.customValues, b.customValues)) {
    const bounds = commonBounds(a.customValues, b.customValues);
    left = toBounds(a, bounds);
    right = toBounds(b, bounds);
    boundsReconciled = true;
  }
  const side = (x: Buckets, y: Buckets): Buckets => {
    if (usesCustomBuckets(left)) return joinBuckets(x, y, op);
    const { schema, zeroThreshold } = left;
    return joinBuckets(x, beyond(y, schema, zeroThreshold), op);
  };
  const result: FloatHistogram = {
    ...left,
    hint,
    count: op(left.count, right.count),
    sum: op(left.sum, right.sum),
    zeroCount: op(left.zeroCount, right.zeroCount),
    positive: side(left.positive, right.positive),
    negative: side(left.negative, right.negative),
  };
  return { result, resetCollision, boundsReconciled };
}

/** Gauges win, then unknown; opposite certainties cancel out and are worth a warning. */
function joinHints(
  a: CounterResetHint,
  b: CounterResetHint,
): { hint: CounterResetHint; resetCollision: boolean } {
  if (a === b) return { hint: a, resetCollision: false };
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', resetCollision: false };
  return { hint: 'unknown', resetCollision: a !== 'unknown' && b !== 'unknown' };
}

function joinBuckets(a: Buckets, b: Buckets, op: (x: number, y: number) => number): Buckets {
  const indices: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.indices.length || j < b.indices.length) {
    const x = a.indices[i] ?? Number.POSITIVE_INFINITY;
    const y = b.indices[j] ?? Number.POSITIVE_INFINITY;
    indices.push(Math.min(x, y));
    counts.push(op(x <= y ? a.counts[i]! : 0, y <= x ? b.counts[j]! : 0));
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return { indices, counts };
}

/**
 * A compensated sum of histograms: beside each count and the sum stands what rounding lost of it.
 * Immutable; adding gives a new one.
 */
export class HistogramSum {
  private constructor(
    readonly sum: FloatHistogram,
    readonly rest: FloatHistogram,
  ) {}

  static of(first: FloatHistogram): HistogramSum {
    const nothing = mapCounts(first.positive, () => 0);
    const rest = { ...first, count: 0, sum: 0, zeroCount: 0, positive: nothing };
    return new HistogramSum(first, { ...rest, negative: mapCounts(first.negative, () => 0) });
  }

  /** With another one added; `undefined` where the layouts cannot be joined. */
  plus(other: FloatHistogram): { total: HistogramSum; boundsReconciled: boolean } | undefined {
    const sum = join(this.sum, other, (x, y) => x + y);
    const losses = join(this.sum, other, (x, y) => lost(x, y, x + y, 0));
    if (sum === undefined || losses === undefined) return undefined;
    const rest = join(this.rest, losses.result, (x, y) => x + y)!.result;
    const { result, boundsReconciled } = sum;
    return { total: new HistogramSum(result, rest), boundsReconciled };
  }

  times(factor: number): HistogramSum {
    return new HistogramSum(mul(this.sum, factor), mul(this.rest, factor));
  }

  dividedBy(divisor: number): HistogramSum {
    return new HistogramSum(div(this.sum, divisor), div(this.rest, divisor));
  }

  /** The sum with what rounding lost put back. */
  get value(): FloatHistogram {
    const whole = join(this.sum, clean(this.rest), (x, y) => x + y)?.result ?? this.sum;
    return { ...whole, hint: this.sum.hint };
  }
}

/** Without the NaN that an overflowing sum leaves as its loss. */
function clean(h: FloatHistogram): FloatHistogram {
  const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
  return {
    ...h,
    count: finite(h.count),
    sum: finite(h.sum),
    zeroCount: finite(h.zeroCount),
    positive: mapCounts(h.positive, finite),
    negative: mapCounts(h.negative, finite),
  };
}

/** Whether any part of a histogram is infinite. */
export function overflows(h: FloatHistogram): boolean {
  const infinite = (value: number): boolean => !Number.isFinite(value) && !Number.isNaN(value);
  return (
    infinite(h.count) ||
    infinite(h.sum) ||
    infinite(h.zeroCount) ||
    h.positive.counts.some(infinite) ||
    h.negative.counts.some(infinite)
  );
}
