import type { EventCollector, Feedback } from '@bellwether/formats';

/** The events of one request, not yet on their way. */
export interface EventBatch extends EventCollector {
  /**
   * Resolves once ClickHouse has committed all of it. What was stored before with the same model, time and id is
   * replaced, so that writing again what may have been written already does no harm.
   * @throws StoreBusyError nothing was taken. EventsNotStoredError: perhaps not all of it is there.
   */
  commit(): Promise<void>;
}

/** Where the events door puts what it received. */
export interface EventSink {
  /** True while it cannot take more; to commit would throw. */
  readonly busy: boolean;
  begin(): EventBatch;
}

/** ClickHouse refused; it is not known what it has. Sending the same again is safe. */
export class EventsNotStoredError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'EventsNotStoredError';
  }
}

/** An event is known by its model, time and id; of feedback without one this stands in for it. */
export function feedbackId({ id, prediction_id, source }: Feedback): string {
  return id ?? (source ? `${prediction_id}/${source}` : prediction_id);
}
