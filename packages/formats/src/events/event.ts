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
