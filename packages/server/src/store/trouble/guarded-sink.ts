import type { SeriesInput } from '@bellwether/formats';
import { type AppendOutcome, type MetricSink, StoreBusyError } from '../metrics/sink.ts';

const RETRY_AFTER_SECONDS = 5;

/** Why a request was told to come again: too much waits already, or ClickHouse refused just now. */
export type RefusedBecause = 'busy' | 'clickhouse';

/**
 * Thrown where ClickHouse refused. It is not known how much was taken; to send the same again does no harm, as a sample
 * is stored once.
 */
class StoreRefusedError extends StoreBusyError {
  constructor(message: string, cause: unknown) {
    super(message, RETRY_AFTER_SECONDS);
    this.name = 'StoreRefusedError';
    this.cause = cause;
  }
}

/** The durable door with its refusals counted, and each of them one that tells the sender to come again. */
export class GuardedSink implements MetricSink {
  readonly #sink: MetricSink;
  readonly #explain: (error: unknown) => string;
  readonly #onRefused: (because: RefusedBecause) => void;

  constructor(
    sink: MetricSink,
    explain: (error: unknown) => string,
    onRefused: (because: RefusedBecause) => void,
  ) {
    this.#sink = sink;
    this.#explain = explain;
    this.#onRefused = onRefused;
  }

  /** @throws StoreBusyError nothing was taken; StoreRefusedError it is not known how much was */
  async write(batch: readonly SeriesInput[]): Promise<AppendOutcome> {
    try {
      return await this.#sink.write(batch);
    } catch (error) {
      if (error instanceof StoreBusyError) {
        this.#onRefused('busy');
        throw error;
      }
      this.#onRefused('clickhouse');
      throw new StoreRefusedError(this.#explain(error), error);
    }
  }
}
