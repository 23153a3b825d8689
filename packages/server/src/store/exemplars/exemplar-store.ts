import { Readable } from 'node:stream';
import type { Labels, Matcher, Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { StoreBusyError } from '../metrics/sink.ts';
import { SharedCommit } from '../shared-commit.ts';
import type { Exemplar, FoundExemplars } from './exemplar.ts';
import { exemplarLine } from './exemplar-line.ts';
import { readExemplars } from './read-exemplars.ts';

const FLUSH_EVERY_MS = 1000;
/** Past that, ClickHouse has refused for long, and the oldest are given up. */
const MOST_PENDING = 100_000;
/** What OpenMetrics allows the label names and values of an exemplar to have together. */
const MOST_CHARACTERS = 128;
/** Clocks of senders may be ahead by this much. */
const AHEAD_MS = 10 * 60_000;

export interface ExemplarStoreOptions {
  readonly client: ClickHouseClient;
  readonly retentionMs: Millis;
  readonly log: Logger;
  readonly clock: () => Millis;
}

/**
 * Exemplars in ClickHouse. The same one twice is kept once. Many writers share one insert, and what ClickHouse refuses
 * stays and is tried again.
 */
export class ExemplarStore {
  readonly #options: ExemplarStoreOptions;
  readonly #timer: NodeJS.Timeout;
  #pending: string[] = [];
  readonly #shared = new SharedCommit(() => this.#insert());
  #error: string | null = null;

  constructor(options: ExemplarStoreOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#flush(), FLUSH_EVERY_MS);
  }

  /** Takes exemplars of those who do not wait; they are in ClickHouse within about a second. */
  add(exemplars: readonly Exemplar[]): void {
    for (const one of exemplars) if (this.#takes(one)) this.#pending.push(exemplarLine(one));
    const tooMany = this.#pending.length - MOST_PENDING;
    if (tooMany <= 0) return;
    this.#pending.splice(0, tooMany);
    this.#options.log.warn(
      { exemplars: tooMany },
      'exemplars given up, as ClickHouse refuses them',
    );
  }

  /**
   * Resolves once ClickHouse has them, with how many it was: those with labels of more than 128 characters together,
   * older than the retention or from the future are left out.
   * @throws StoreBusyError nothing was taken. Any other error: ClickHouse refused, and they are tried again.
   */
  async write(exemplars: readonly Exemplar[]): Promise<number> {
    if (this.#pending.length + exemplars.length > MOST_PENDING)
      throw new StoreBusyError('ClickHouse is behind with the exemplars sent before', 5);
    const taken = exemplars.filter((one) => this.#takes(one));
    if (taken.length === 0) return 0;
    for (const one of taken) this.#pending.push(exemplarLine(one));
    await this.#shared.commit();
    return taken.length;
  }

  /** Exemplars in the range of the series that any of the matcher lists accepts, those not written yet among them. */
  async select(
    match: readonly (readonly Matcher[])[],
    range: { readonly from: Millis; readonly to: Millis },
    signal?: AbortSignal,
  ): Promise<FoundExemplars> {
    await this.#flush();
    return readExemplars(this.#options.client, match, range, signal);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flush();
  }

  #takes({ labels, time }: Exemplar): boolean {
    const { clock, retentionMs } = this.#options;
    const now = clock();
    if (!(time >= now - retentionMs && time <= now + AHEAD_MS)) return false;
    return charactersOf(labels) <= MOST_CHARACTERS;
  }

  /** What ClickHouse refuses is said in the log and stays pending. */
  async #flush(): Promise<void> {
    await this.#shared.commit().catch(() => undefined);
  }

  async #insert(): Promise<void> {
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    try {
      await this.#options.client.insert({
        table: 'bellwether.exemplars',
        values: Readable.from([Buffer.from(lines.join(''))], { objectMode: false }),
        format: 'TabSeparated',
      });
      this.#error = null;
    } catch (error) {
      if (this.#error === null)
        this.#options.log.error(
          { error: messageOf(error) },
          'ClickHouse refused exemplars; they stay in memory and are tried again',
        );
      this.#error = messageOf(error);
      this.#pending = lines.concat(this.#pending);
      throw error;
    }
  }
}

function charactersOf(labels: Labels): number {
  let count = 0;
  for (const [name, value] of Object.entries(labels)) count += [...name].length + [...value].length;
  return count;
}
