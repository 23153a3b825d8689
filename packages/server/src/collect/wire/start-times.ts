import { Generations, type SampleInput, type SeriesStart } from '@bellwether/formats';
import type { Millis } from '@bellwether/promql';
import { labelsKey } from '@bellwether/promql';
import { CACHE_BYTES } from './cache-bytes.ts';

const MOST_SERIES = 200_000;
const ENTRY_BYTES = 100;

/**
 * Counters say since when they count. At that moment they were zero: a zero stored there makes the first increase
 * count, and shows a restart that ends above where it began. Each start is stored once a series and process; stored
 * again it is the same sample, or one that is too old, and does no harm.
 */
export class StartTimes {
  readonly #known: Generations<string, Millis>;

  /** @param mostBytes Of a generation of what is remembered. */
  constructor(mostBytes?: number) {
    this.#known = new Generations(MOST_SERIES, mostBytes ?? CACHE_BYTES);
  }

  get size(): number {
    return this.#known.size;
  }

  /** Puts zeros among the samples where the store does not have them from us. Call `remember` once all is stored. */
  addZeros(starts: readonly SeriesStart[]): Zeros {
    const zeros: Zeros = { samples: new Set(), starts: [] };
    for (const { series, start } of starts) {
      const { samples, labels } = series;
      if (!(start > 0) || samples.length === 0 || start >= samples.at(-1)!.time) continue;
      const at = samples.findIndex((sample) => sample.time >= start);
      if (samples[at]!.time === start) continue;
      const key = labelsKey(labels);
      if ((this.#known.recent(key) ?? this.#known.older(key)) === start) continue;
      const zero = zeroLike(samples[at]!, start);
      samples.splice(at, 0, zero);
      zeros.samples.add(zero);
      zeros.starts.push([key, start]);
    }
    return zeros;
  }

  remember(zeros: Zeros): void {
    for (const [key, start] of zeros.starts)
      this.#known.keep(key, start, ENTRY_BYTES + 2 * key.length);
  }
}

/** The samples that were added, and what to remember of them. */
export interface Zeros {
  readonly samples: Set<SampleInput>;
  readonly starts: [key: string, start: Millis][];
}

function zeroLike({ histogram }: SampleInput, time: Millis): SampleInput {
  if (histogram === undefined) return { time, value: 0 };
  const empty = { count: 0, sum: 0, zeroCount: 0, positive: NO_BUCKETS, negative: NO_BUCKETS };
  return { time, value: Number.NaN, histogram: { ...histogram, ...empty, hint: 'unknown' } };
}

const NO_BUCKETS = { indices: [], counts: [] };
