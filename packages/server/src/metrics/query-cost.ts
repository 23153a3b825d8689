import type { QueryStats, SeriesColumns, SeriesSource } from '@bellwether/promql';
import type { QueryCost, TimeRange } from './source.ts';

/** A source of series that measures how long the query waited for it, and knows the span it was asked for. */
export class TimedSource implements SeriesSource {
  readonly #source: SeriesSource;
  waitedMs = 0;
  #from = Infinity;
  #to = -Infinity;

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  get span(): TimeRange {
    return { from: this.#from, to: this.#to };
  }

  async select(...question: Parameters<SeriesSource['select']>): Promise<readonly SeriesColumns[]> {
    const [, { from, to }] = question;
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
    const began = performance.now();
    try {
      return await this.#source.select(...question);
    } finally {
      this.waitedMs += performance.now() - began;
    }
  }
}

/** How long a query waited for the store and for its place, and took altogether, in milliseconds. */
export interface QueryTimes {
  readonly waitedMs: number;
  readonly queuedMs: number;
  readonly totalMs: number;
}

/** Sorting is part of the evaluation and not told apart. */
export function costOf(stats: QueryStats, { waitedMs, queuedMs, totalMs }: QueryTimes): QueryCost {
  return {
    timings: {
      evalTotalTime: stats.elapsedMs / 1000,
      queryPreparationTime: waitedMs / 1000,
      innerEvalTime: Math.max(0, stats.elapsedMs - waitedMs) / 1000,
      execQueueTime: queuedMs / 1000,
      execTotalTime: totalMs / 1000,
    },
    samples: { totalQueryableSamples: stats.samplesTouched, peakSamples: stats.peakSamples },
  };
}
