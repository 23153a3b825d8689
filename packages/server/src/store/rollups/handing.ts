import type { Millis } from '@bellwether/promql';

/*
 * What the engine is handed for a bucket instead of its samples, function by function, so that every window made of whole
 * buckets yields what the samples yield. Where a bucket cannot be told like that, its series is read raw.
 */

/** A number of each bucket, as SQL over `bellwether.rollups`. */
const COLUMN = {
  count: 'toFloat64(count)',
  sum: 'sum',
  min: 'min',
  max: 'max',
  firstTime: 'toFloat64(toUnixTimestamp64Milli(first_ts))',
  first: 'first',
  lastTime: 'toFloat64(toUnixTimestamp64Milli(last_ts))',
  last: 'last',
  lost: 'lost',
  ended: 'toFloat64(ended)',
} as const;

/** Takes the samples of a series, ascending by time. */
export interface Receiver {
  /** @param weight how many samples this one stands for; only where the handing is weighted */
  sample(time: Millis, value: number, weight?: number): void;
  stale(time: Millis): void;
}

/** How buckets are handed to a function. */
export interface Handing {
  /** What is read of each bucket, in the order in which `hand` gets it. */
  readonly columns: readonly string[];
  /** Which buckets there is something to tell of. */
  readonly where: string;
  /** The buckets whose series has to be read raw. */
  readonly unfit: string;
  readonly weighted: boolean;
  /** As how many samples a bucket is handed at most. */
  readonly most: number;
  readonly hand: (bucket: Millis, numbers: readonly number[], to: Receiver) => void;
}

const HISTOGRAMS = 'histograms > 0';
/** Rollups tell a counter's resets by values that are not negative and can be compared and added. */
const NO_COUNTER = `${HISTOGRAMS} OR min < 0 OR NOT isFinite(sum)`;
/** The sum is too large for a number though no value is; the mean of the samples may still be one. */
const TOO_LARGE = `${HISTOGRAMS} OR (isInfinite(sum) AND isFinite(min) AND isFinite(max))`;

function handing(
  columns: readonly (keyof typeof COLUMN)[],
  hand: Handing['hand'],
  special: Partial<Handing> = {},
): Handing {
  return {
    columns: columns.map((name) => COLUMN[name]),
    where: 'count > 0',
    unfit: HISTOGRAMS,
    weighted: false,
    most: 1,
    hand,
    ...special,
  };
}

/** One number of the bucket, at its end. */
function one(name: keyof typeof COLUMN, special?: Partial<Handing>): Handing {
  return handing([name], (bucket, [value], to) => to.sample(bucket, value!), special);
}

/**
 * The first sample, the last, and between them two made ones where the counter was reset: what it lost, then 0. Of values
 * v₁ … vₙ, none negative, what is lost is the sum of all vᵢ that are followed by a smaller one. The first of these is at
 * least v₁, as nothing fell before it; so from v₁ to what is lost nothing falls, from there to 0 all of it does, and from
 * 0 to vₙ nothing: the engine finds one reset and comes to vₙ − v₁ + lost, as it does over the samples.
 */
const counter = handing(
  ['count', 'firstTime', 'first', 'lastTime', 'last', 'lost'],
  (_bucket, numbers, to) => {
    const [count, firstTime, first, lastTime, last, lost] = numbers as Numbers;
    to.sample(firstTime, first, 1);
    if (count === 1) return;
    if (lost > 0) {
      const third = (lastTime - firstTime) / 3;
      to.sample(firstTime + third, lost, 0);
      to.sample(lastTime - third, 0, 0);
    }
    to.sample(lastTime, last, count - 1);
  },
  { unfit: NO_COUNTER, weighted: true, most: 4 },
);

const ends = handing(
  ['count', 'firstTime', 'first', 'lastTime', 'last'],
  (_bucket, numbers, to) => {
    const [count, firstTime, first, lastTime, last] = numbers as Numbers;
    to.sample(firstTime, first, 1);
    if (count > 1) to.sample(lastTime, last, count - 1);
  },
  { weighted: true, most: 2 },
);

/** As many of them as the columns are. */
type Numbers = readonly [number, number, number, number, number, number];

const mean = handing(
  ['count', 'sum'],
  (bucket, [count, sum], to) => to.sample(bucket, sum! / count!, count!),
  { weighted: true, unfit: TOO_LARGE },
);

/** By the function over a range; what is not listed is read raw. */
export const HANDINGS: ReadonlyMap<string, Handing> = new Map(
  Object.entries({
    absent_over_time: one('count'),
    avg_over_time: mean,
    count_over_time: handing(
      ['count'],
      (bucket, [count], to) => to.sample(bucket, count!, count!),
      { weighted: true },
    ),
    delta: ends,
    first_over_time: one('first'),
    increase: counter,
    last_over_time: one('last'),
    max_over_time: one('max'),
    min_over_time: one('min'),
    present_over_time: one('count'),
    rate: counter,
    sum_over_time: one('sum', { unfit: TOO_LARGE }),
  }),
);

/** For an instant selector: the newest sample of the bucket, or that the series had ended. */
export const NEWEST: Handing = handing(
  ['lastTime', 'last', 'ended'],
  (bucket, [time, value, ended], to) => {
    if (ended === 0) to.sample(time!, value!);
    else to.stale(bucket);
  },
  { where: 'count > 0 OR ended = 1' },
);
