/** A bound drawn across the chart. */
export interface Mark {
  readonly value: number;
  readonly tone: 'warning' | 'critical' | 'neutral';
  readonly label: string;
  /** On which side of its line the label stands: where values are bad, so that good ones stay readable. */
  readonly side: 'above' | 'below';
}

export interface YRange {
  readonly min: number;
  readonly max: number;
}

/** A bound more than this many times above the data would press the line flat; it is named at the edge instead. */
const REACH = 4;

/**
 * Which part of the value axis to show.
 *
 * Rates, durations and error shares start at zero. What is judged `below` a bound and is a share (accuracy)
 * shows the neighbourhood of data and bounds instead, for there a tenth matters and zero is far away.
 */
export function yRange(
  values: Iterable<number | null>,
  marks: readonly Mark[],
  scale: 'from-zero' | 'share-near-one',
): YRange {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const bounds = marks.map((mark) => mark.value);
  return scale === 'from-zero' ? fromZero(low, high, bounds) : nearOne(low, high, bounds);
}

function fromZero(low: number, high: number, bounds: readonly number[]): YRange {
  const peak = Math.max(0, high);
  const lowestBound = Math.min(...bounds.filter((bound) => bound > 0));
  const reach = peak > 0 ? peak * REACH : lowestBound;
  const inReach = bounds.filter((bound) => bound > 0 && bound <= reach);
  const top = Math.max(peak, ...inReach);
  // Bounds out of reach are named above the line: that takes room of its own.
  const headroom = inReach.length < bounds.length ? 1.28 : 1.15;
  return { min: Math.min(0, Number.isFinite(low) ? low : 0), max: top > 0 ? top * headroom : 1 };
}

function nearOne(low: number, high: number, bounds: readonly number[]): YRange {
  const floor = Math.min(low, ...bounds);
  if (!Number.isFinite(floor)) return { min: 0, max: 1 };
  const top = Math.max(1, high);
  return { min: Math.max(0, floor - (top - floor) * 0.12), max: top + (top - floor) * 0.04 };
}
