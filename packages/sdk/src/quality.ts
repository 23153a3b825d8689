import { Accuracy } from './accuracy.ts';
import type { Guard } from './guard.ts';
import type { HistogramSeries } from './metric/histogram.ts';
import type { ScalarSeries } from './metric/scalar.ts';
import type { ModelMetrics } from './model-metrics.ts';
import type { Settings } from './options.ts';
import { type FeedbackResult, PendingPredictions } from './pending-predictions.ts';

/** What one answer of the model says about the model. Every part may be left out. */
export interface Observation {
  /** The predicted class: label `predicted_class`. */
  readonly prediction?: string | number | boolean | undefined;
  /** The model's own probability of being right, 0 to 1. */
  readonly confidence?: number | undefined;
  /** Inputs worth watching, by name, in their own units. */
  readonly features?: Readonly<Record<string, number | boolean | undefined>> | undefined;
  /** The slice of traffic this request belongs to, for accuracy per segment. */
  readonly segment?: string | undefined;
  /** Needed to join a true label that comes later with this prediction. */
  readonly requestId?: string | undefined;
}

/** A true label that came back. */
export interface Feedback {
  readonly requestId: string;
  readonly label: string | number | boolean;
}

const RESULTS: readonly FeedbackResult[] = ['correct', 'incorrect', 'unknown_request', 'duplicate'];

/** Prediction classes, confidence, features, and accuracy from labels that come late. */
export class Quality {
  readonly accuracy: Accuracy;
  readonly #metrics: ModelMetrics;
  readonly #guard: Guard;
  readonly #threshold: number;
  readonly #confidence: HistogramSeries;
  readonly #lowConfidence: ScalarSeries;
  readonly #pending: PendingPredictions;

  constructor(settings: Settings, metrics: ModelMetrics, guard: Guard) {
    this.#metrics = metrics;
    this.#guard = guard;
    this.#threshold = settings.lowConfidence;
    this.#confidence = metrics.confidence.series();
    this.#lowConfidence = metrics.lowConfidence.series(String(settings.lowConfidence));
    this.#pending = new PendingPredictions(settings.maxPending);
    this.accuracy = new Accuracy(settings, () => {
      metrics.overflow.series('ml_accuracy_by_segment').value += 1;
    });
    // From the start, so that the first rate over them is a rate and not a gap.
    for (const result of RESULTS) metrics.feedback.series(result);
  }

  /** Counts one answer. */
  observe(observation: Observation): void {
    const { confidence, features, prediction, requestId, segment } = observation;
    if (prediction !== undefined) this.#metrics.predictions.series(prediction).value += 1;
    if (confidence !== undefined) this.#observeConfidence(confidence);
    if (features !== undefined) this.#observeFeatures(features);
    if (requestId !== undefined && prediction !== undefined) {
      this.#pending.add(requestId, String(prediction), segment);
    }
  }

  /** Joins a true label with its prediction and says what it was good for. */
  feedback({ label, requestId }: Feedback): FeedbackResult {
    const { result, segment } = this.#pending.judge(requestId, String(label));
    this.#metrics.feedback.series(result).value += 1;
    if (result === 'correct' || result === 'incorrect') {
      this.accuracy.record(result === 'correct', segment);
    }
    return result;
  }

  #observeConfidence(confidence: number): void {
    // One NaN would turn the histogram's sum into NaN for good.
    if (!Number.isFinite(confidence)) {
      this.#guard.report('confidence', new TypeError(`confidence is ${String(confidence)}`));
      return;
    }
    this.#confidence.observe(confidence);
    if (confidence < this.#threshold) this.#lowConfidence.value += 1;
  }

  #observeFeatures(features: Readonly<Record<string, number | boolean | undefined>>): void {
    for (const name in features) {
      const value = features[name];
      if (value === undefined) continue;
      const number = Number(value);
      if (Number.isFinite(number)) this.#metrics.features.series(name).observe(number);
      else this.#guard.report('feature', new TypeError(`feature ${name} is ${String(value)}`));
    }
  }
}
