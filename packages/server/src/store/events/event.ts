import type { Millis } from '@bellwether/promql';

/** What a model said, or what became of it: a text, a number, or yes or no. */
type Outcome = string | number | boolean;

/** Inputs by name. What is null is not known. */
type Features = Readonly<Record<string, number | string | boolean | null>>;

/** One answer of a model. Null and left out mean the same: not known. */
export interface Prediction {
  /** The request's id: what feedback names. */
  readonly id: string;
  readonly time: Millis;
  readonly model: string;
  readonly version?: string | null;
  /** A class as text or truth value, or a number. */
  readonly prediction?: Outcome | null;
  /** The model's own probability of being right, 0 to 1. */
  readonly confidence?: number | null;
  readonly features?: Features | null;
  /** The slice of traffic that this request belongs to. */
  readonly segment?: string | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly latency_ms?: number | null;
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cost?: number | null;
  /** What the model was asked, for the person who judges the answer. */
  readonly input?: string | null;
  readonly output?: string | null;
}

/** What somebody or something found out about a prediction, before it came, after, or without it. */
export interface Feedback {
  readonly id?: string | null;
  readonly time: Millis;
  readonly model: string;
  /** The `id` of the prediction. */
  readonly prediction_id: string;
  /** What would have been right. */
  readonly label?: Outcome | null;
  /** How content somebody was, on the sender's own scale. */
  readonly rating?: number | null;
  readonly comment?: string | null;
  /** Who says so, like `review` or `user`. */
  readonly source?: string | null;
}

/** Takes events one after the other; what is taken may be dropped by the giver at once. */
export interface EventCollector {
  prediction(event: Prediction): void;
  feedback(event: Feedback): void;
}

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
