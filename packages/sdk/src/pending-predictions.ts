/** What became of a label that came back for a request. */
export type FeedbackResult =
  | 'correct'
  | 'incorrect'
  | 'unknown_request'
  | 'unknown_label'
  | 'duplicate';

interface Pending {
  readonly prediction: string;
  readonly segment: string | undefined;
  labelled: boolean;
}

/** A label joined with the prediction it belongs to. */
export interface Judgement {
  readonly result: FeedbackResult;
  readonly segment: string | undefined;
}

/**
 * Predictions that wait for their true label.
 *
 * Labels come late, twice, or never. The newest `max` predictions are kept, with those already
 * labelled among them so that a second label is known as one; the oldest make room. A label for a
 * prediction that has gone, or never was, is `unknown_request`.
 */
export class PendingPredictions {
  readonly #max: number;
  readonly #byRequest = new Map<string, Pending>();

  constructor(max: number) {
    this.#max = Math.max(1, Math.floor(max));
  }

  /** Remembers what was predicted for a request; a request predicted again is the newest. */
  add(requestId: string, prediction: string, segment: string | undefined): void {
    const pending = { prediction, segment, labelled: false };
    const before = this.#byRequest.size;
    this.#byRequest.set(requestId, pending);
    if (this.#byRequest.size === before) {
      // A key that is there keeps its place, unless it goes first.
      this.#byRequest.delete(requestId);
      this.#byRequest.set(requestId, pending);
    }
    if (this.#byRequest.size <= this.#max) return;
    // A Map iterates in the order of insertion, so its first key is the oldest prediction.
    const oldest = this.#byRequest.keys().next();
    if (oldest.done !== true) this.#byRequest.delete(oldest.value);
  }

  /** Joins a true label with its prediction. */
  judge(requestId: string, label: string): Judgement {
    const pending = this.#byRequest.get(requestId);
    if (pending === undefined) return { result: 'unknown_request', segment: undefined };
    if (pending.labelled) return { result: 'duplicate', segment: pending.segment };
    pending.labelled = true;
    const result = pending.prediction === label ? 'correct' : 'incorrect';
    return { result, segment: pending.segment };
  }
}
