import { Random } from './random.ts';

/** A series as remote write sends it; `'stale'` ends it. */
export interface SentSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timeMs: number, value: number | 'stale'])[];
}

/** How long the samples last, and how far apart they are. */
export const SPAN_MS = 3_600_000;
const INTERVAL_MS = 15_000;
/**
 * Samples lie this much after whole intervals and queries are asked at half seconds, so that no sample is at the edge of a
 * window: Prometheus 2 has windows closed on the left, Prometheus 3 open.
 */
const PHASE_MS = 7_301;

const STEPS = SPAN_MS / INTERVAL_MS;

/** The same series for the same start: gauges, counters with resets, histograms, and what is odd. */
export function seriesFrom(start: number): SentSeries[] {
  const random = new Random(1);
  const all: SentSeries[] = [];
  const add = (
    name: string,
    labels: Readonly<Record<string, string>>,
    value: (i: number) => number | 'stale' | undefined,
  ): void => {
    const samples: [number, number | 'stale'][] = [];
    for (let i = 0; i < STEPS; i++) {
      const one = value(i);
      if (one !== undefined) samples.push([start + i * INTERVAL_MS + PHASE_MS, one]);
    }
    all.push({ labels: { __name__: name, ...labels }, samples });
  };
  for (const room of ['a', 'b', 'c', 'd']) {
    for (const floor of ['1', '2']) {
      // Whole numbers and quarters: their sums are exact in any order.
      const level = random.below(200) / 4 - 10;
      // A part of its own, so that no two rooms are as hot as each other.
      const own = all.length / 64;
      add('heat', { room, floor }, () => level + own + random.below(400) / 4);
    }
    add('heat_limit', { room }, () => 20 + random.below(40));
    add('room_info', { room, owner: room < 'c' ? 'ann' : 'bob' }, () => 1);
    add(':heat:sum', { room }, (i) => i / 2);
  }
  for (const shop of ['x', 'y', 'z'])
    for (const item of ['bell', 'rope']) {
      let sold = random.below(100);
      add('sold_total', { shop, item }, () => {
        sold = random.chance(0.03) ? random.below(3) : sold + random.below(20);
        return sold;
      });
    }
  for (const shop of ['x', 'y']) {
    const counts = [0, 0, 0, 0];
    const histogram = (read: () => number) => () => read();
    ['0.1', '0.5', '2.5', '+Inf'].forEach((le, k) => {
      add('wait_bucket', { shop, le }, () => {
        counts[k]! += random.below(4) + k * 4;
        return counts[k]!;
      });
    });
    let sum = 0;
    add(
      'wait_sum',
      { shop },
      histogram(() => (sum += random.below(16) / 4)),
    );
  }
  add('odd', { kind: 'late' }, (i) => (i > STEPS / 2 ? i + 1 / 8 : undefined));
  add('odd', { kind: 'ended' }, (i) => (i < 100 ? i * 3 + 1 / 4 : i === 100 ? 'stale' : undefined));
  add('odd', { kind: 'gaps' }, (i) => (i % 40 < 9 ? 50.5 - i : undefined));
  add('odd', { kind: 'rare' }, (i) => (i % 16 === 0 ? i + 5 / 8 : undefined));
  add('odd', { kind: 'nan' }, (i) => (i % 7 === 0 ? Number.NaN : i + 3 / 8));
  add('odd', { kind: 'infinite' }, (i) =>
    i % 11 === 0 ? (i % 2 === 0 ? Infinity : -Infinity) : i,
  );
  add('odd', { kind: 'great' }, (i) => 1e15 + i * 1_000 + ((i * 7919) % 1_000));
  add('odd', { kind: 'zero' }, (i) => (i % 3 === 0 ? 0 : -0));
  return all;
}
