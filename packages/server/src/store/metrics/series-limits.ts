import type { Steps } from '@bellwether/formats';
import type { Labels } from '@bellwether/promql';
import type { Head } from './head.ts';
import { seriesId } from './series-id.ts';

/** How many series may be in memory; 0 is no limit. */
export interface SeriesLimits {
  readonly total: number;
  /** Of those with the same value of the label `job`; those without it are counted together. */
  readonly perJob: number;
  /** Whether memory has no room for more, whatever the numbers say. */
  readonly memoryFull?: (() => boolean) | undefined;
}

/** The limit that a new series meets: the key of `storage`, or memory itself. */
export type SeriesRefusal = 'max_series' | 'max_series_per_job' | 'memory';

/** Thrown where new series would be too many; nothing was taken. The message names the key and the remedy. */
export class SeriesLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SeriesLimitError';
  }
}

/** Series that are looked at in a step. */
const STEP = 64;

/**
 * Lets in new series as long as there is room for them; those that are in memory already go on. A series costs memory
 * whether it has one sample or a million, so somebody who makes a label of a user's name would otherwise end the process.
 */
export class SeriesGate {
  /** Series that were refused, each time that they came. */
  readonly refused: Record<SeriesRefusal, number> = {
    max_series: 0,
    max_series_per_job: 0,
    memory: 0,
  };
  readonly #head: Head;
  readonly #limits: SeriesLimits;

  constructor(head: Head, limits: SeriesLimits) {
    this.#head = head;
    this.#limits = limits;
  }

  /** Why one more series, which is new, cannot be taken; undefined where it can. */
  refuse(labels: Labels): string | undefined {
    const refusal = this.#refusal(1, labels['job'] ?? '', 1);
    if (refusal === undefined) return undefined;
    this.refused[refusal]++;
    return this.#sentence(refusal, labels['job'] ?? '');
  }

  /**
   * Lets all of these in or none, in steps; any of them may be known already.
   * @throws SeriesLimitError
   */
  *admit(all: readonly Labels[]): Steps<void> {
    if (all.length === 0 || (yield* this.#refusalOf(all)) === undefined) return;
    const unknown: Labels[] = [];
    for (const [i, labels] of all.entries()) {
      if (!this.#head.has(seriesId(labels))) unknown.push(labels);
      if (i % STEP === 0) yield;
    }
    const found = yield* this.#refusalOf(unknown);
    if (found === undefined) return;
    this.refused[found.refusal] += unknown.length;
    throw new SeriesLimitError(
      `${this.#sentence(found.refusal, found.job)}; ${unknown.length} of these are new`,
    );
  }

  /** Whether the head may be filled on with what was in it before: a little more than the limit, as some are always let in. */
  get roomToRefill(): boolean {
    const { total, memoryFull } = this.#limits;
    return (total === 0 || this.#head.seriesCount < total * 1.1) && memoryFull?.() !== true;
  }

  *#refusalOf(all: readonly Labels[]): Steps<{ refusal: SeriesRefusal; job: string } | undefined> {
    const jobs = new Map<string, number>();
    for (const [i, { job = '' }] of all.entries()) {
      jobs.set(job, (jobs.get(job) ?? 0) + 1);
      if (i % STEP === 0) yield;
    }
    for (const [job, count] of jobs) {
      const refusal = this.#refusal(all.length, job, count);
      if (refusal !== undefined) return { refusal, job };
    }
    return undefined;
  }

  #refusal(more: number, job: string, moreOfJob: number): SeriesRefusal | undefined {
    const { total, perJob, memoryFull } = this.#limits;
    if (memoryFull?.() === true) return 'memory';
    if (total > 0 && this.#head.seriesCount + more > total) return 'max_series';
    if (perJob > 0 && this.#head.countWith('job', job) + moreOfJob > perJob)
      return 'max_series_per_job';
    return undefined;
  }

  #sentence(refusal: SeriesRefusal, job: string): string {
    const { total, perJob } = this.#limits;
    switch (refusal) {
      case 'max_series':
        return `no new series are taken: ${this.#head.seriesCount} are in memory and storage.max_series allows ${total}; drop labels that take many values, or raise it`;
      case 'max_series_per_job':
        return `no new series are taken of job ${JSON.stringify(job)}: ${this.#head.countWith('job', job)} are in memory and storage.max_series_per_job allows ${perJob}; drop labels that take many values, or raise it`;
      case 'memory':
        return `no new series are taken: memory is nearly full with ${this.#head.seriesCount} of them; drop labels that take many values, or allow more memory (NODE_OPTIONS=--max-old-space-size=MB)`;
    }
  }
}
