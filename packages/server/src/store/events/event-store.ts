import { Readable } from 'node:stream';
import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { StoreBusyError } from '../metrics/sink.ts';
import { type EventBatch, type EventSink, EventsNotStoredError } from './event.ts';
import { FeedbackBlock } from './feedback-block.ts';
import { GroupCommit } from './group-commit.ts';
import { PredictionBlock } from './prediction-block.ts';

const SPACING_MS = 100;
const RETRY_AFTER_SECONDS = 2;
/** About 200,000 events with ten features. */
const MOST_WAITING_BYTES = 64 * 2 ** 20;

export interface EventStoreOptions {
  readonly client: ClickHouseClient;
  readonly log: Logger;
  readonly clock?: () => Millis;
  /** How much may wait for ClickHouse before senders are told to come again; default 64 MiB. */
  readonly mostWaitingBytes?: number;
}

export interface EventStoreState {
  /** Bytes on their way to ClickHouse. */
  readonly waitingBytes: number;
  readonly mostWaitingBytes: number;
  /** What ClickHouse said when it last refused; null when the last write went well. */
  readonly writeError: string | null;
}

/** The blocks of one request. */
interface Encoded {
  readonly predictions: Uint8Array | undefined;
  readonly feedback: Uint8Array | undefined;
}

/** Predictions and feedback on their way into ClickHouse. Keeps nothing that was not acknowledged for longer than a commit. */
export class EventStore implements EventSink {
  readonly #client: ClickHouseClient;
  readonly #log: Logger;
  readonly #clock: () => Millis;
  readonly #most: number;
  readonly #commits = new GroupCommit<Encoded>({
    commit: (group) => this.#insert(group),
    spacingMs: SPACING_MS,
  });
  #waitingBytes = 0;
  #received = 0;
  #error: string | null = null;

  constructor(options: EventStoreOptions) {
    this.#client = options.client;
    this.#log = options.log;
    this.#clock = options.clock ?? Date.now;
    this.#most = options.mostWaitingBytes ?? MOST_WAITING_BYTES;
  }

  get busy(): boolean {
    return this.#waitingBytes > this.#most;
  }

  get state(): EventStoreState {
    return {
      waitingBytes: this.#waitingBytes,
      mostWaitingBytes: this.#most,
      writeError: this.#error,
    };
  }

  begin(): EventBatch {
    const predictions = new PredictionBlock();
    const feedback = new FeedbackBlock();
    return {
      prediction: (event) => predictions.add(event),
      feedback: (event) => feedback.add(event),
      commit: async () => {
        if (this.busy)
          throw new StoreBusyError(
            'ClickHouse is behind with what was sent before',
            RETRY_AFTER_SECONDS,
          );
        if (predictions.rows === 0 && feedback.rows === 0) return;
        const received = this.#nextReceived();
        await this.#commit({
          predictions: predictions.rows === 0 ? undefined : predictions.native(received),
          feedback: feedback.rows === 0 ? undefined : feedback.native(received),
        });
      },
    };
  }

  /** Waits for what is on its way. */
  close(): Promise<void> {
    return this.#commits.idle();
  }

  async #commit(encoded: Encoded): Promise<void> {
    const bytes = (encoded.predictions?.length ?? 0) + (encoded.feedback?.length ?? 0);
    this.#waitingBytes += bytes;
    try {
      await this.#commits.add(encoded);
    } catch (error) {
      throw new EventsNotStoredError(error);
    } finally {
      this.#waitingBytes -= bytes;
    }
  }

  /** Later requests replace earlier ones, so the time of receipt never stands still and never goes back. */
  #nextReceived(): Millis {
    this.#received = Math.max(this.#received + 1, this.#clock());
    return this.#received;
  }

  async #insert(group: readonly Encoded[]): Promise<void> {
    try {
      await this.#insertInto('prediction_events', blocks(group, 'predictions'));
      await this.#insertInto('feedback_events', blocks(group, 'feedback'));
      this.#error = null;
    } catch (error) {
      if (this.#error === null)
        this.#log.error(
          { error: messageOf(error) },
          'ClickHouse refused events; senders were told',
        );
      this.#error = messageOf(error);
      throw error;
    }
  }

  async #insertInto(table: string, data: readonly Uint8Array[]): Promise<void> {
    if (data.length === 0) return;
    const { stream } = await this.#client.exec({
      query: `INSERT INTO bellwether.${table} FORMAT Native`,
      values: Readable.from(data, { objectMode: false }),
      clickhouse_settings: {
        // Duplicates are dropped when parts are merged and read; looking for them at each insert triples its cost.
        optimize_on_insert: 0,
        // The span of days is bounded by the retention, not by how many of them a sender sends at once.
        max_partitions_per_insert_block: '0',
      },
    });
    stream.resume();
  }
}

function blocks(group: readonly Encoded[], kind: keyof Encoded): Uint8Array[] {
  return group.map((one) => one[kind]).filter((block) => block !== undefined);
}
