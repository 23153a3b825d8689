import type { Group } from './corpus.ts';
import { randomStream } from './random.ts';

/** The groups that traffic draws its mails from; the model has seen none of them. */
export const TRAFFIC_GROUPS = ['easy-ham-2', 'spam-2', 'hard-ham-1'] as const satisfies Group[];

export type TrafficGroup = (typeof TRAFFIC_GROUPS)[number];

/** How a client writes its JSON. */
export type Client = 'library' | 'handmade';

/** One mail that arrives at the service. */
export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly group: TrafficGroup;
  /** Which mail of the group. */
  readonly index: number;
  readonly client: Client;
  /** Milliseconds after which a person's label comes back: none, one, or the same label twice. */
  readonly labelDelays: readonly number[];
}

export interface TrafficPlan {
  /** Another seed gives another day of the same kind. */
  readonly seed: number;
  /** When hard mail sets in, in milliseconds since 1970; Infinity for never. */
  readonly hardFrom: number;
  /** How many mails each group has. */
  readonly sizes: Readonly<Record<TrafficGroup, number>>;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What happens is drawn from these shares; what the model makes of it is not in them. */
const POLICY = {
  meanPerSecond: 0.45,
  /** Concentration of the day around its busiest hour: at 1 it has 2.1 times the mean, the night 0.3. */
  peakedness: 1,
  spamShare: 0.3,
  hardShare: 0.65,
  hardRampMs: 5 * MINUTE_MS,
  handmadeShare: 0.5,
  labelledShare: 0.25,
  labelledTwiceShare: 0.04,
  labelDelayMs: { min: MINUTE_MS, max: 10 * MINUTE_MS },
} as const;

/** Modified Bessel function of the first kind and order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const NORM = POLICY.meanPerSecond / besselI0(POLICY.peakedness);

/**
 * Mails per second at a time: a day as a von Mises curve, whose mean over 24 hours is
 * `meanPerSecond`. The busiest hour is when the hard mail sets in, so that a demo, which begins half
 * an hour later, goes on at the rate its replayed day ended with; without hard mail it is 14:00 UTC.
 */
export function rateAt(ms: number, hardFrom: number): number {
  const peak = Number.isFinite(hardFrom) ? hardFrom : (14 / 24) * DAY_MS;
  const angle = (2 * Math.PI * (ms - peak)) / DAY_MS;
  return NORM * Math.exp(POLICY.peakedness * Math.cos(angle));
}

/** The share of hard mail at a time: none before `hardFrom`, then rising within minutes. */
export function hardShareAt(ms: number, hardFrom: number): number {
  const share = (ms - hardFrom) / POLICY.hardRampMs;
  return POLICY.hardShare * Math.min(1, Math.max(0, share));
}

/** Number of events of a Poisson process, by multiplying uniform numbers (Knuth, TAOCP 2, 3.4.1). */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

function labelDelays(random: () => number): number[] {
  if (random() >= POLICY.labelledShare) return [];
  const { max, min } = POLICY.labelDelayMs;
  const delay = () => Math.round(min + random() * (max - min));
  return random() < POLICY.labelledTwiceShare ? [delay(), delay()] : [delay()];
}

function arrivalsOfSecond(second: number, plan: TrafficPlan): Arrival[] {
  const random = randomStream(plan.seed, second);
  const start = second * 1000;
  const count = poisson(rateAt(start, plan.hardFrom), random);
  const arrivals: Arrival[] = [];
  for (let n = 0; n < count; n += 1) {
    const at = start + Math.floor(random() * 1000);
    const easy = random() < POLICY.spamShare ? 'spam-2' : 'easy-ham-2';
    const group = random() < hardShareAt(at, plan.hardFrom) ? 'hard-ham-1' : easy;
    const index = Math.floor(random() * plan.sizes[group]);
    const client = random() < POLICY.handmadeShare ? 'handmade' : 'library';
    arrivals.push({ at, group, index, client, labelDelays: labelDelays(random) });
  }
  return arrivals.sort((a, b) => a.at - b.at);
}

/**
 * What arrives in [fromMs, toMs), in order of time. A pure function: two adjoining spans give
 * together what their union gives, so a replay and the live traffic behind it are one.
 */
export function* arrivals(fromMs: number, toMs: number, plan: TrafficPlan): Generator<Arrival> {
  const last = Math.ceil(toMs / 1000);
  for (let second = Math.floor(fromMs / 1000); second < last; second += 1) {
    for (const arrival of arrivalsOfSecond(second, plan)) {
      if (arrival.at >= fromMs && arrival.at < toMs) yield arrival;
    }
  }
}
