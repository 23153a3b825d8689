import { histogram, type Millis } from '@bellwether/promql';
import type { History } from '../store/metrics/history.ts';
import { SampleBatch } from '../store/metrics/sample-batch.ts';
import type { SampleValue } from '../store/metrics/series.ts';
import { seriesId } from '../store/metrics/series-id.ts';

const MINUTE = 60_000;

interface Moment {
  /** Milliseconds after the first sample, and before the last. */
  readonly after: Millis;
  readonly left: Millis;
}

/** The next value, given the one before it. */
type Next = (random: () => number, before: number, moment: Moment) => SampleValue;

const counter: Next = (random, before) =>
  random() < 0.03 ? Math.floor(random() * 3) : before + Math.floor(random() * 20);
const native = histogram({
  schema: 0,
  count: 2,
  sum: 3,
  positive: { indices: [0, 1], counts: [1, 1] },
});

interface Kind {
  readonly everyMs: Millis;
  /** A sample is taken up to so much later. */
  readonly jitterMs?: Millis;
  readonly next: Next;
}

/** Series by what is odd about them. */
const KINDS: Readonly<Record<string, Kind>> = {
  counter: { everyMs: 15_000, next: counter },
  'counter of fractions': {
    everyMs: 15_000,
    jitterMs: 999,
    next: (random, before) => (random() < 0.02 ? random() : before + random()),
  },
  'counter of what is rare': {
    everyMs: 15_000,
    next: (random, before) => (random() < 0.0005 ? before + 1 : before > 2 ? 0 : before),
  },
  'on the minute': { everyMs: MINUTE, next: counter },
  'on the bucket': { everyMs: 5 * MINUTE, next: counter },
  seldom: { everyMs: 17 * MINUTE, next: counter },
  gauge: { everyMs: 15_000, jitterMs: 3, next: (random) => 20 + 10 * random() },
  'below zero': { everyMs: 30_000, next: (random) => 4 - 10 * random() },
  'not a number at times': {
    everyMs: 30_000,
    next: (random) => (random() < 0.01 ? Number.NaN : Math.floor(random() * 10)),
  },
  'infinite at times': {
    everyMs: MINUTE,
    next: (random) => (random() < 0.0005 ? Infinity : Math.floor(random() * 10)),
  },
  'too large to be summed': { everyMs: MINUTE, next: (random) => (1 + 0.1 * random()) * 1e308 },
  'ends and begins': {
    everyMs: 15_000,
    next: (random, before, moment) => (random() < 0.02 ? 'stale' : counter(random, before, moment)),
  },
  'native for an hour': {
    everyMs: MINUTE,
    next: (random, before, moment) =>
      Math.floor(moment.after / MINUTE / 60) === 30 ? native : counter(random, before, moment),
  },
  'native since half an hour': {
    everyMs: MINUTE,
    next: (random, before, moment) =>
      moment.left < 30 * MINUTE ? native : counter(random, before, moment),
  },
};

/**
 * Writes series `x_total`, one for each kind, the same in every run but for their times, with gaps of hours. A third of the
 * samples is stored twice, as after an insert that was sent again.
 */
export async function writeOddSeries(history: History, from: Millis, to: Millis): Promise<void> {
  for (const [i, [kind, { everyMs, jitterMs = 0, next }]] of Object.entries(KINDS).entries()) {
    const random = randomFrom(i + 1);
    const labels = { __name__: 'x_total', kind };
    const id = seriesId(labels);
    const once = new SampleBatch();
    const twice = new SampleBatch();
    let value = 0;
    for (let time = from; time <= to; time += everyMs) {
      if (random() < 0.0005) time += Math.floor((240 * MINUTE * random()) / everyMs) * everyMs;
      if (time > to) break;
      const sample = next(random, value, { after: time - from, left: to - time });
      value = typeof sample === 'number' && !Number.isNaN(sample) ? sample : 0;
      const taken = time + Math.floor(jitterMs * random());
      once.add(id, taken, sample);
      if (random() < 0.3) twice.add(id, taken, sample);
    }
    await history.write({ series: [{ id, labels }], samples: [once] });
    await history.write({ series: [], samples: [twice] });
  }
}

/** A small linear congruential generator. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
