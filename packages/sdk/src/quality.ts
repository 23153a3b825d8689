import { Accuracy } from './accuracy.ts';
import type { Guard } from './guard.ts';
import type { HistogramSeries } from './metric/histogram.ts';
import { isUnknown, knownNumber, knownText } from './metric/known.ts';
import { labelValue } from './metric/labels.ts';
import type { ScalarSeries } from './metric/scalar.ts';
import type { ModelMetrics } from './model-metrics.ts';
import type { Settings } from './options.ts';
import { type FeedbackResult, type Judgement, PendingPredictions } from './pending-predictions.ts';

/**
 * The longest id and the longest prediction that are kept until a label comes. As many as 10,000 wait,
 * so a model that answers in pages must not fill the memory with them.
 */
const MAX_KEPT_LENGTH = 1024;

/**
 * What one answer of the model says about the model. Every part may be left out, and may be null or an
 * empty text, which are unknown: neither a class, nor a 0.
 */
export interface Observation {
  /** The predicted class: label `predicted_class`. */
  readonly prediction?: string | number | bigint | boolean | null | undefined;
  /** The model's own probability of being right, 0 to 1. */
  readonly confidence?: number | null | undefined;
  /** Inputs worth watching, by name, in their own units. */
  readonly features?: Readonly<Features> | null | undefined;
  /** The slice of traffic this request belongs to, for accuracy per segment. */
  readonly segment?: string | null | undefined;
  /** Needed to join a true label that comes later with this prediction. */
  readonly requestId?: string | number | bigint | null | undefined;
}

type Features = Record<string, number | bigint | boolean | null | undefined>;

/** A true label that came back. */
export interface Feedback {
  readonly requestId: string | number | bigint;
  /** Unknown when null: then the prediction goes on waiting. */
  readonly label: string | number | bigint | boolean | null | undefined;
}

const RESULTS: readonly FeedbackResult[] = [
  'correct',
  'incorrect',
  'unknown_request',
  'unknown_label',
  'duplicate',
];

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
    const predicted = this.#text('prediction', prediction);
    if (predicted !== undefined) {
      this.#metrics.predictions.series(predicted).value += 1;
      if (!isUnknown(requestId)) this.#remember(requestId, predicted, segment);
    }
    if (!isUnknown(confidence)) this.#observeConfidence(confidence);
    if (!isUnknown(features)) this.#observeFeatures(features);
  }

  /** Joins a true label with its prediction and says what it was good for. */
  feedback({ label, requestId }: Feedback): FeedbackResult {
    const { result, segment } = this.#judge(requestId, this.#text('label', label));
    this.#metrics.feedback.series(result).value += 1;
    if (result === 'correct' || result === 'incorrect') {
      this.accuracy.record(result === 'correct', segment);
    }
    return result;
  }

  /** A value's text; undefined when it is unknown, and when it is unfit, which is reported. */
  #text(where: string, value: unknown): string | undefined {
    const text = knownText(value);
    if (text === undefined && !isUnknown(value)) this.#unfit(where, value);
    return text;
  }

  #unfit(where: string, value: unknown, name = where): void {
    const what = typeof value === 'number' ? value : `of type ${typeof value}`;
    this.#guard.report(where, new TypeError(`${name} is ${what}, which says nothing`));
  }

  #remember(requestId: unknown, predicted: string, segment: unknown): void {
    const id = this.#text('requestId', requestId);
    if (id === undefined) return;
    if (id.length > MAX_KEPT_LENGTH || predicted.length > MAX_KEPT_LENGTH) {
      const error = new RangeError(
        `requestId or prediction has more than ${MAX_KEPT_LENGTH} characters: no label can be joined`,
      );
      this.#guard.report('requestId', error);
      return;
    }
    const slice = this.#text('segment', segment);
    this.#pending.add(id, predicted, slice === undefined ? undefined : labelValue(slice));
  }

  #judge(requestId: unknown, label: string | undefined): Judgement {
    if (label === undefined) return { result: 'unknown_label', segment: undefined };
    // No prediction waits under the empty id.
    return this.#pending.judge(this.#text('requestId', requestId) ?? '', label);
  }

  #observeConfidence(confidence: number): void {
    // One NaN would turn the histogram's sum into NaN for good.
    if (!Number.isFinite(confidence)) {
      this.#unfit('confidence', confidence);
      return;
    }
    this.#confidence.observe(confidence);
    if (confidence < this.#threshold) this.#lowConfidence.value += 1;
  }

  #observeFeatures(features: Readonly<Features>): void {
    for (const name in features) {
      try {
        const value: unknown = features[name];
        if (isUnknown(value)) continue;
        const number = knownNumber(value);
        if (Number.isFinite(number)) this.#metrics.features.series(name).observe(number);
        else this.#unfit('feature', value, `feature ${name}`);
      } catch (error) {
        // One that cannot be read must not take the others with it.
        this.#guard.report('feature', error);
      }
    }
  }
}
